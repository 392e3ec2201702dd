//! Passwords, second factors, recovery and emergency codes: made and checked. Slow on purpose: never on an async thread.

use crate::workspace::random;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::Argon2;
use totp_rs::{Builder, Secret, Totp};

/// How many recovery codes are made.
const RECOVERY_CODES: usize = 8;

/// argon2id with the library's parameters (19 MiB, two passes: OWASP's first choice), in PHC form.
pub fn hash(password: &str) -> Result<String, String> {
    Argon2::default().hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(|e| format!("a password could not be hashed: {e}"))
}

/// Whether the password is the hashed one.
pub fn fits(password: &str, hashed: &str) -> bool {
    PasswordHash::new(hashed).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
}

/// Takes as long as checking a password does: a name that nobody has is not told apart by time.
pub fn waste_the_same_time(password: &str) {
    let _ = hash(password);
}

/// A new secret for a second factor, base32.
pub fn new_totp() -> Result<String, String> {
    let mut bytes = [0u8; 20];
    rand::TryRngCore::try_fill_bytes(&mut rand::rngs::OsRng, &mut bytes).map_err(|e| format!("the system's source of randomness: {e}"))?;
    Ok(Secret::from(bytes).to_base32())
}

fn totp(secret: &str, login: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    Builder::new().with_secret(secret).with_account_name(login).with_issuer(Some("Careloop")).build().ok()
}

/// The step of a right code that was not used before; `seconds` since 1970.
pub fn totp_step(secret: &str, login: &str, code: &str, seconds: u64, last: u64) -> Option<u64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    totp(secret, login)?.check(&code, seconds).filter(|step| *step > last)
}

/// The code of an instant: what an authenticator shows.
#[cfg(test)]
pub fn code_at(secret: &str, login: &str, seconds: u64) -> String {
    totp(secret, login).unwrap().generate(seconds).to_string()
}

/// The link an authenticator reads.
pub fn totp_link(secret: &str, login: &str) -> String {
    totp(secret, login).and_then(|t| t.to_url().ok()).unwrap_or_default()
}

/// The link as a picture: rows of `#` and `.`.
pub fn picture(link: &str) -> Vec<String> {
    let Ok(code) = qrcodegen::QrCode::encode_text(link, qrcodegen::QrCodeEcc::Medium) else { return Vec::new() };
    (0..code.size()).map(|y| (0..code.size()).map(|x| if code.get_module(x, y) { '#' } else { '.' }).collect()).collect()
}

/// Letters and digits in groups of four, easily read aloud.
pub fn in_groups(text: &str) -> String {
    text.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect::<Vec<_>>().join("-")
}

/// A code typed by hand, as it was made.
pub fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// New recovery codes, and their hashes.
pub fn recovery() -> Result<(Vec<String>, Vec<String>), String> {
    let codes = (0..RECOVERY_CODES).map(|_| random(12)).collect::<Result<Vec<_>, _>>()?;
    let hashes = codes.iter().map(|c| hash(c)).collect::<Result<Vec<_>, _>>()?;
    Ok((codes.iter().map(|c| in_groups(c)).collect(), hashes))
}

/// A new sealed code for emergencies, 100 bits, and its hash.
pub fn emergency() -> Result<(String, String), String> {
    let code = random(20)?;
    let hashed = hash(&code)?;
    Ok((in_groups(&code), hashed))
}
