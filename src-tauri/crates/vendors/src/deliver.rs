//! One whole attempt at one effect.

use crate::exchange::{problem, Line, Stop};
use crate::{cerner, ehr, pagerduty, slack, twilio, Connections, Transport};
use decide::outbox::{Act, Delivery, Effect, Look, ProblemKind, Receipt, Vendor};
use decide::At;

/// Tries the effect once: settles an unknown outcome by looking, performs, and reads back what the chart was given.
///
/// Pass the effect as it was **before** it was marked `Sending`: only `EffectState::Unknown` makes the attempt look first.
pub async fn deliver(c: &Connections, t: &dyn Transport, effect: &Effect, now: At) -> Delivery {
    let vendor = vendor_of(&effect.act);
    let line = Line { transport: t, vendor, effect: Some(effect.id) };
    let config = &c.config;
    let done = |receipt: Receipt| Delivery::Delivered(receipt);
    let attempt: Result<Delivery, Stop> = match &effect.act {
        Act::Text(text) => match &config.twilio {
            Some(twilio) => twilio::text(twilio, &line, effect, text, c.status_callback().as_deref(), now).await.map(done),
            None => Err(unconnected(vendor)),
        },
        Act::Execution(x) => match &config.twilio {
            Some(twilio) => twilio::studio::execution(twilio, &line, effect, x, now).await.map(done),
            None => Err(unconnected(vendor)),
        },
        Act::Page(page) => match &config.pagerduty {
            Some(pager) => pagerduty::page(pager, &line, effect, page, now).await.map(done),
            None => Err(unconnected(vendor)),
        },
        Act::PageNote(note) => match &config.pagerduty {
            Some(pager) => pagerduty::note(pager, &line, effect, note, now).await.map(done),
            None => Err(unconnected(vendor)),
        },
        Act::Post(post) => match &config.slack {
            Some(slack) => slack::post(slack, &line, effect, post).await.map(done),
            None => Err(unconnected(vendor)),
        },
        Act::Chart(write) => match &config.cerner {
            Some(cerner) => cerner::write(&cerner::Chart::new(cerner, &c.tokens, line, now), effect, write).await.map(done),
            None => Err(unconnected(vendor)),
        },
        Act::EhrRequest(request) if request.via == "fhir" => match &config.cerner {
            Some(cerner) => {
                let chart = cerner::Chart::new(cerner, &c.tokens, line, now);
                cerner::appointment::ask(&chart, request).await.map(done)
            }
            None => Err(unconnected(vendor)),
        },
        Act::EhrRequest(request) => match &config.ehr {
            Some(ehr) => ehr::ask(ehr, &line, effect, request).await.map(done),
            None => Err(unconnected(vendor)),
        },
        Act::Look(look) => match (vendor, &config.twilio, &config.pagerduty, &config.cerner) {
            (Vendor::Twilio, Some(twilio), _, _) => twilio::look(twilio, &line, look).await,
            (Vendor::PagerDuty, _, Some(pager), _) => pagerduty::look(pager, &line, look, c.hooks_url.as_deref(), now).await,
            (Vendor::Cerner, _, _, Some(cerner)) => cerner::look(&cerner::Chart::new(cerner, &c.tokens, line, now), look).await,
            _ => Err(unconnected(vendor)),
        },
    };
    attempt.unwrap_or_else(Delivery::from)
}

/// Whom an act is for, whatever the effect's row says.
fn vendor_of(act: &Act) -> Vendor {
    match act {
        Act::Text(_) | Act::Execution(_) => Vendor::Twilio,
        Act::Page(_) | Act::PageNote(_) => Vendor::PagerDuty,
        Act::Post(_) => Vendor::Slack,
        Act::Chart(_) => Vendor::Cerner,
        Act::EhrRequest(request) if request.via == "fhir" => Vendor::Cerner,
        Act::EhrRequest(_) => Vendor::Ehr,
        Act::Look(Look::OnCall | Look::Incident { .. } | Look::Coverage { .. } | Look::Webhook) => Vendor::PagerDuty,
        Act::Look(Look::Inbound { .. } | Look::InboundAll { .. }) => Vendor::Twilio,
        Act::Look(Look::Patient { .. } | Look::Visitor { .. } | Look::Observations { .. } | Look::Appointments { .. }) => Vendor::Cerner,
    }
}

fn unconnected(vendor: Vendor) -> Stop {
    Stop::Blocked(problem(ProblemKind::Config, None, None, format!("{} is not connected", vendor.name())))
}
