//! Response -> outcome. Errors are words in a plain text body.

use crate::exchange::{problem, scrubbed, Stop};
use crate::transport::Response;
use decide::outbox::{ProblemKind, Receipt};

/// The answer to a post.
pub fn posted(answer: &Response) -> Result<Receipt, Stop> {
    let status = answer.status;
    let word = String::from_utf8_lossy(&answer.body).trim().to_string();
    // Only a short word is a code; anything longer is some proxy's page.
    let code = Some(word.clone()).filter(|w| !w.is_empty() && w.len() <= 40 && w.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
    let told = |kind, said: &str| problem(kind, Some(status), code.clone(), said);
    let later = |kind, said: &str| Stop::Retry(told(kind, said), answer.retry_after());
    match status {
        200 if word == "ok" => {
            Ok(Receipt { reference: "slack".into(), taken_at: None, found_by_looking: false, status: Some("ok".into()) })
        }
        200..=299 => Err(Stop::Reject(told(ProblemKind::Config, &format!("slack did not say ok: {}", scrubbed(&word))))),
        429 => Err(later(ProblemKind::Throttled, "slack asks to slow down")),
        408 => Err(later(ProblemKind::NoAnswer, "slack gave up waiting for the request")),
        // rollup_error and the like: Slack's own trouble.
        500..=599 => Err(later(ProblemKind::Down, "slack is out of order")),
        400 if matches!(word.as_str(), "invalid_payload" | "no_text") => {
            Err(Stop::Reject(told(ProblemKind::Invalid, "slack refused the post")))
        }
        401 | 403 => Err(Stop::Reject(told(ProblemKind::Credentials, "slack refused the webhook: check slack.webhook_url"))),
        400 | 404 | 410 => Err(Stop::Reject(told(ProblemKind::Config, "slack knows no such webhook, channel or user"))),
        300..=399 => Err(Stop::Reject(told(ProblemKind::Config, "slack's address answers with a redirect: check slack.webhook_url"))),
        _ => Err(Stop::Reject(told(ProblemKind::Invalid, "slack refused the post"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: vec![("retry-after".into(), "30".into())], body: body.into() }
    }

    #[test]
    fn only_the_word_ok_is_success() {
        assert_eq!(posted(&answer(200, "ok")).unwrap().status.as_deref(), Some("ok"));
        assert!(matches!(posted(&answer(200, "<html>sign in</html>")), Err(Stop::Reject(_))));
    }

    #[test]
    fn every_refusal_has_its_meaning() {
        use ProblemKind::*;
        for (status, word, kind) in [
            (400, "invalid_payload", Invalid),
            (400, "no_text", Invalid),
            (400, "user_not_found", Config),
            (403, "action_prohibited", Credentials),
            (403, "invalid_token", Credentials),
            (404, "channel_not_found", Config),
            (404, "no_service", Config),
            (410, "channel_is_archived", Config),
        ] {
            let Err(Stop::Reject(p)) = posted(&answer(status, word)) else { panic!("{word} must be final") };
            assert_eq!((p.kind, p.http_status, p.code.as_deref()), (kind, Some(status), Some(word)));
        }
        for (status, word, kind) in [(429, "rate_limited", Throttled), (500, "rollup_error", Down), (503, "", Down)] {
            let Err(Stop::Retry(p, after)) = posted(&answer(status, word)) else { panic!("{status} must be tried again") };
            assert_eq!((p.kind, after), (kind, Some(30)));
        }
    }

    #[tokio::test]
    async fn a_post_is_escaped_and_one_of_unknown_fate_says_that_it_is_repeated() {
        use crate::fake::*;
        use decide::outbox::{Act, Delivery, Post, PostPurpose};
        let act = Act::Post(Post { purpose: PostPurpose::ScheduleCoverage, text: "Nobody is on call <now> & later".into() });
        let line = Scripted::new([cut(), Ok(response(200, &[], "ok"))]);
        let c = connections();
        let first = crate::deliver(&c, &line, &effect(act.clone()), at("2026-03-05T19:00:00Z")).await;
        assert!(matches!(first, Delivery::Unknown(_)), "{first:?}");
        let second = crate::deliver(&c, &line, &unknown(effect(act)), at("2026-03-05T19:00:05Z")).await;
        assert!(matches!(second, Delivery::Delivered(_)), "{second:?}");
        assert_eq!(line.asked()[0], "POST http://slack.test/services/T/B/X");
        assert_eq!(String::from_utf8_lossy(&line.requests()[0].body), r#"{"text":"Nobody is on call &lt;now&gt; &amp; later"}"#);
        assert!(String::from_utf8_lossy(&line.requests()[1].body).contains("repeated"));
    }
}
