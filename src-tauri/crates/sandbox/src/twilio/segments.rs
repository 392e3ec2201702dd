//! How many segments a body takes (contracts 3.7).

const BASIC: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// GSM-7 when every character is in it, else UCS-2.
pub(super) fn count(body: &str) -> usize {
    let septets: Option<Vec<usize>> =
        body.chars().map(|c| if BASIC.contains(c) { Some(1) } else { EXTENDED.contains(c).then_some(2) }).collect();
    match septets {
        Some(sizes) => packed(&sizes, 160, 153),
        None => packed(&body.chars().map(char::len_utf16).collect::<Vec<_>>(), 70, 67),
    }
}

/// Characters are not split over segments.
fn packed(sizes: &[usize], single: usize, multi: usize) -> usize {
    if sizes.iter().sum::<usize>() <= single {
        return 1;
    }
    let (mut segments, mut room) = (1, multi);
    for size in sizes {
        if *size > room {
            segments += 1;
            room = multi;
        }
        room -= size;
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn one_curly_quote_makes_a_text_longer() {
        assert_eq!(count(&"a".repeat(160)), 1);
        assert_eq!(count(&"a".repeat(161)), 2);
        assert_eq!(count(&format!("{}’", "a".repeat(70))), 2);
        assert_eq!(count(&"€".repeat(80)), 1);
        assert_eq!(count(&"€".repeat(81)), 2);
    }
}
