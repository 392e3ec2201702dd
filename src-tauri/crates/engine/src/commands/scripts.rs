//! Scripts: the list, one with its versions, a draft looked at, saved, brought back, tried on a phone of the clinic.

use super::refusal::{field, refused, store_error, too_late};
use super::role_may;
use super::work::{words, UNDO_SECONDS};
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::scripts as told;
use crate::views::{pick, say};
use decide::input::{Change, Input, ScriptChange, ScriptTry};
use decide::scripts::{check, filled, tongue, Level, Sample, Script, ScriptVersion, ALL, LANGUAGES, SAMPLES};
use decide::{seconds, Language as Reads};
use wire::{
    Access, CheckScriptArgs, Done, Language, Person, RestoreScriptArgs, SaveScriptArgs, ScriptChecked, ScriptRow, ScriptState, ScriptText,
    ScriptVersionView, ScriptView, ScriptsView, TryScriptArgs, Undo, UserError,
};

/// What a token to undo a saved script begins with; then the version and its key.
pub(super) const UNDO: &str = "script:";
const LONGEST_WHY: usize = 300;
/// So many versions of a script are listed.
const VERSIONS: usize = 200;

fn script_named(name: &str) -> Result<Script, UserError> {
    ALL.into_iter().find(|s| s.name() == name).ok_or_else(|| UserError::not_found("That script"))
}

fn reads(word: &str, l: Language) -> Result<Reads, UserError> {
    LANGUAGES.into_iter().find(|r| tongue(*r) == word).ok_or_else(|| field("tongue", l, "English or Spanish.", "Inglés o español."))
}

fn sample_named(name: &str, l: Language) -> Result<&'static Sample, UserError> {
    Sample::named(name).ok_or_else(|| field("sample", l, "Choose a sample patient.", "Elija un paciente de muestra."))
}

/// The desk's refusal of a script in the reader's language.
fn not_saved(at: Option<String>, why: &str, l: Language) -> UserError {
    match at.as_deref() {
        Some("was") => too_late(
            pick(
                l,
                "Somebody changed this script meanwhile. Your words are still here: look at theirs first.",
                "Alguien cambió este texto mientras tanto. Sus palabras siguen aquí: vea antes las otras.",
            ),
            l,
        ),
        Some("text") if why == "Nothing was changed." => field("text", l, "Nothing was changed.", "No se cambió nada."),
        Some(at) => UserError::invalid(at, why, pick(l, "Correct it and save again.", "Corríjalo y guarde de nuevo.")),
        None => refused(why, l),
    }
}

impl Console {
    pub(crate) fn scripts_view(&self, who: &Person) -> Result<ScriptsView, UserError> {
        let l = who.language;
        let newest = lock(&self.reader).newest_scripts().map_err(store_error)?;
        let engine = lock(&self.engine);
        let settings = &engine.desk.settings;
        let state = |script: Script, language: Reads| {
            let key = script.key(language);
            let version = newest.iter().find(|v| v.key == key);
            let own = settings.scripts.contains_key(&key);
            let other = LANGUAGES.into_iter().any(|r| r != language && settings.scripts.contains_key(&script.key(r)));
            let worst = check(settings, script, language, script.text(settings, language)).worst().filter(|w| *w != Level::Note);
            ScriptState {
                tongue: tongue(language).into(),
                own,
                changed: version.map(|v| v.at),
                by: version.map(|v| v.by.clone()),
                missing: other && !own,
                worst: worst.map(|w| w.name().into()),
            }
        };
        let row = |script: Script| ScriptRow {
            name: script.name().into(),
            group: script.group().name().into(),
            title: told::title(script, l),
            texts: LANGUAGES.into_iter().map(|r| state(script, r)).collect(),
        };
        Ok(ScriptsView {
            scripts: ALL.into_iter().map(row).collect(),
            samples: SAMPLES.iter().map(|s| told::sample(s, l)).collect(),
            internal_numbers: settings.internal_numbers.clone(),
            may_change: role_may(&who.role, Access::Halt),
        })
    }

    pub(crate) fn script_view(&self, name: &str, l: Language) -> Result<ScriptView, UserError> {
        let script = script_named(name)?;
        let stored = lock(&self.reader).script_versions(script.name(), VERSIONS).map_err(store_error)?;
        let engine = lock(&self.engine);
        let own = |r: Reads| engine.desk.settings.scripts.get(&script.key(r)).cloned();
        let version = |v: &ScriptVersion| {
            let (_, language) = Script::keyed(&v.key)?;
            let newest = stored.iter().find(|other| other.key == v.key).is_some_and(|other| other.id == v.id);
            Some(ScriptVersionView {
                id: v.id,
                tongue: tongue(language).into(),
                at: v.at,
                by: v.by.clone(),
                why: v.why.clone(),
                text: v.text.clone(),
                current: newest && v.text == own(language),
            })
        };
        Ok(ScriptView {
            name: script.name().into(),
            group: script.group().name().into(),
            title: told::title(script, l),
            when: told::when(script, l).into(),
            variables: told::variables(script, l),
            texts: LANGUAGES
                .into_iter()
                .map(|r| ScriptText { tongue: tongue(r).into(), own: own(r), builtin: script.builtin(r).into() })
                .collect(),
            versions: stored.iter().filter_map(version).collect(),
        })
    }

    pub(crate) fn do_check_script(&self, who: &Person, args: &CheckScriptArgs) -> Result<ScriptChecked, UserError> {
        let l = who.language;
        let (script, language) = (script_named(&args.name)?, reads(&args.tongue, l)?);
        let chosen = sample_named(&args.sample, l)?;
        at_most(&args.text, l)?;
        let checked = check(&lock(&self.engine).desk.settings, script, language, &args.text);
        let costs: Vec<_> = checked.samples.iter().map(|(s, _, m)| told::cost(s, m)).collect();
        let at = checked.samples.iter().position(|(s, ..)| s.name == chosen.name).unwrap_or_default();
        Ok(ScriptChecked {
            problems: checked.problems.iter().map(|p| told::problem(p, l)).collect(),
            body: checked.samples[at].1.clone(),
            cost: costs[at].clone(),
            costs,
        })
    }

    pub(crate) fn do_save_script(&self, who: &Person, args: SaveScriptArgs) -> Result<Done, UserError> {
        let l = who.language;
        let (script, language) = (script_named(&args.name)?, reads(&args.tongue, l)?);
        at_most(&args.text, l)?;
        let text = args.text.trim().to_string();
        let checked = check(&lock(&self.engine).desk.settings, script, language, &text);
        let first = checked.problems.first();
        if let Some(p) = first.filter(|p| p.level == Level::Stop || (p.level == Level::Warn && !args.despite)) {
            let said = told::problem(p, l);
            let name = if p.level == Level::Stop { "text" } else { "despite" };
            return Err(UserError::invalid(name, said.said, said.to_do));
        }
        let why = words("why", &args.why, LONGEST_WHY, l)?;
        // Words like the built-in ones are the built-in ones: they go on being looked after.
        let text = Some(text).filter(|t| t != script.builtin(language));
        let said = pick(l, "Saved. The next patient reads it so.", "Guardado. El próximo paciente lo lee así.");
        self.change_script(who, ScriptChange { key: script.key(language), text, was: args.was, why }, said)
    }

    pub(crate) fn do_restore_script(&self, who: &Person, args: RestoreScriptArgs) -> Result<Done, UserError> {
        let l = who.language;
        let (script, language) = (script_named(&args.name)?, reads(&args.tongue, l)?);
        let key = script.key(language);
        let text = match args.version {
            None => None,
            Some(id) => {
                let stored = lock(&self.reader).script_versions(script.name(), VERSIONS).map_err(store_error)?;
                let version = stored.into_iter().find(|v| v.id == id && v.key == key);
                version.ok_or_else(|| UserError::not_found("That version"))?.text
            }
        };
        if let Some(text) = &text {
            let checked = check(&lock(&self.engine).desk.settings, script, language, text);
            if let Some(p) = checked.problems.first().filter(|p| p.level == Level::Stop) {
                let said = told::problem(p, l);
                return Err(UserError::invalid("version", said.said, said.to_do));
            }
        }
        let was = lock(&self.engine).desk.settings.scripts.get(&key).cloned();
        let why = words("why", &args.why, LONGEST_WHY, l)?;
        let said = pick(l, "Brought back, as a new version.", "Recuperado, como versión nueva.");
        self.change_script(who, ScriptChange { key, text, was, why }, said)
    }

    fn change_script(&self, who: &Person, change: ScriptChange, said: &str) -> Result<Done, UserError> {
        let key = change.key.clone();
        let input = Input::Change { who: who.name.clone(), change: Change::Script(change) };
        let answer = self.take(vec![Incoming::Direct(input)], who.language)?;
        if let Some(why) = answer.refused {
            return Err(not_saved(answer.field, &why, who.language));
        }
        let undo = self.newest(&key)?.map(|v| Undo { token: format!("{UNDO}{}:{key}", v.id), until: v.at + seconds(UNDO_SECONDS) });
        Ok(Done { said: said.into(), undo })
    }

    fn newest(&self, key: &str) -> Result<Option<ScriptVersion>, UserError> {
        Ok(lock(&self.reader).newest_scripts().map_err(store_error)?.into_iter().find(|v| v.key == key))
    }

    /// Takes a saved script back: the one who saved it, while it is the newest and ten seconds have not passed.
    pub(super) fn undo_script(&self, who: &Person, token: &str) -> Result<Done, UserError> {
        let l = who.language;
        let late = || refused("It is too late to undo that.", l);
        let (id, key) = token.split_once(':').ok_or_else(late)?;
        let version = self.newest(key)?.filter(|v| v.id.to_string() == id).ok_or_else(late)?;
        if version.by != who.name || !role_may(&who.role, Access::Halt) || version.at + seconds(UNDO_SECONDS) < self.now() {
            return Err(late());
        }
        let why = pick(l, "Undone at once.", "Deshecho enseguida.").to_string();
        let change = ScriptChange { key: key.into(), text: version.was, was: version.text, why };
        let done = self.change_script(who, change, pick(l, "Undone.", "Deshecho."))?;
        Ok(Done { undo: None, ..done })
    }

    pub(crate) fn do_try_script(&self, who: &Person, args: &TryScriptArgs) -> Result<Done, UserError> {
        let l = who.language;
        let (script, language) = (script_named(&args.name)?, reads(&args.tongue, l)?);
        let chosen = sample_named(&args.sample, l)?;
        at_most(&args.text, l)?;
        let body = {
            let engine = lock(&self.engine);
            let settings = &engine.desk.settings;
            let checked = check(settings, script, language, &args.text);
            if let Some(p) = checked.problems.first().filter(|p| p.level == Level::Stop) {
                let said = told::problem(p, l);
                return Err(UserError::invalid("text", said.said, said.to_do));
            }
            let mark = match language {
                Reads::En => "TEST:",
                Reads::Es => "PRUEBA:",
            };
            format!("{mark} {}", filled(settings, script, language, &args.text, chosen))
        };
        let number = args.number.trim().to_string();
        let attempt = ScriptTry { script, body, number: number.clone() };
        let change = Change::TryScript(attempt);
        let answer = self.take(vec![Incoming::Direct(Input::Change { who: who.name.clone(), change })], l)?;
        match (answer.refused, answer.field) {
            (None, _) => {
                let said = say!(
                    l,
                    "On its way to {number}, behind every text to a patient.",
                    "En camino a {number}, detrás de todo mensaje a pacientes."
                );
                Ok(Done { said, undo: None })
            }
            (Some(why), at) => {
                Err(UserError::invalid(at.as_deref().unwrap_or("number"), in_language(&why, l), to_do_before_a_try(&why, l)))
            }
        }
    }
}

/// A draft longer than anything that could be saved is not looked at.
fn at_most(text: &str, l: Language) -> Result<(), UserError> {
    let fits = text.chars().count() <= decide::scripts::LONGEST_SCRIPT * 4;
    fits.then_some(()).ok_or_else(|| field("text", l, "This is too long.", "Es demasiado largo."))
}

/// Why a script could not be tried, in the reader's language.
fn in_language(why: &str, l: Language) -> String {
    if l == Language::En {
        return why.into();
    }
    match why {
        "That is not one of the clinic's own numbers." => "Ese no es un número de la clínica.",
        "That is a patient's number: a made-up reading must not reach a patient." => {
            "Ese es el número de un paciente: una lectura inventada no debe llegarle."
        }
        "That number has opted out of texts." => "Ese número se dio de baja de los mensajes.",
        "Sending is stopped: nothing leaves until somebody ends it." => "El envío está detenido: nada sale hasta que alguien lo reanude.",
        "Twilio is in maintenance: try again when it is over." => "Twilio está en mantenimiento: pruebe cuando termine.",
        "In shadow nothing leaves, not even a test." => "En sombra nada sale, ni siquiera una prueba.",
        other => other,
    }
    .into()
}

fn to_do_before_a_try(why: &str, l: Language) -> &'static str {
    if why.contains("number") {
        pick(l, "Choose one of the internal numbers; they are a setting.", "Elija un número interno; son un ajuste.")
    } else {
        pick(l, "Look at the preview meanwhile.", "Mientras tanto, mire la vista previa.")
    }
}
