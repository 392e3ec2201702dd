//! What people do in PagerDuty's own apps, and what PagerDuty does by itself.

use super::incident::Party;
use super::PagerDuty;
use crate::sandbox::NotPossible;
use decide::At;

/// Something done with an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageAct {
    Acknowledge,
    Resolve,
    /// By PagerDuty itself, after the service's time-out.
    AutoResolve,
    Annotate,
}

impl PageAct {
    /// The action of a scenario's `page` step.
    pub fn named(name: &str) -> Option<PageAct> {
        match name {
            "acknowledge" => Some(PageAct::Acknowledge),
            "resolve" => Some(PageAct::Resolve),
            "auto_resolve" => Some(PageAct::AutoResolve),
            "annotate" => Some(PageAct::Annotate),
            _ => None,
        }
    }
}

impl PagerDuty {
    /// Does it; a key means its newest incident, an open one first.
    pub fn act(&mut self, now: At, incident_or_key: &str, act: PageAct, by: Option<&str>, note: Option<&str>) -> Result<(), NotPossible> {
        let newest = |open: bool| {
            self.incidents.iter().rposition(|i| (i.id == incident_or_key || i.key == incident_or_key) && (i.is_open() || !open))
        };
        let Some(index) = newest(true).or_else(|| newest(false)) else {
            return Err(NotPossible("no such incident".into()));
        };
        if act != PageAct::Annotate && !self.incidents[index].is_open() {
            return Err(NotPossible("the incident is resolved already".into()));
        }
        let name = by.unwrap_or(&self.config.on_call).to_string();
        let person = self.user(&name);
        let service = Party { kind: "service_reference", id: self.config.service_id.clone(), name: "Remote monitoring".into() };
        if let Some(note) = note.filter(|n| !n.trim().is_empty()) {
            self.annotate(now, index, &person, note);
        } else if act == PageAct::Annotate {
            return Err(NotPossible("a note needs a text".into()));
        }
        match act {
            PageAct::Acknowledge => self.acknowledge(now, index, &person),
            PageAct::Resolve => self.resolve(now, index, &person),
            PageAct::AutoResolve => self.resolve(now, index, &service),
            PageAct::Annotate => {}
        }
        Ok(())
    }
}
