use crate::desk::Desk;
use decide::outbox::Vendor;
use sandbox::SandboxConfig;
use vendors::Verdict;

#[tokio::test]
async fn a_test_of_every_connection_changes_nothing() {
    let desk = Desk::open().await;
    for vendor in [Vendor::Twilio, Vendor::PagerDuty, Vendor::Cerner, Vendor::Slack] {
        for line in desk.check(vendor).await {
            assert_ne!(line.verdict, Verdict::Bad, "{}: {line:?}", vendor.name());
        }
    }
    assert!(desk.accepted().is_empty());
}

#[tokio::test]
async fn a_service_that_would_page_nobody_for_a_warning_is_found_out() {
    for (by_severity, verdict) in [(false, Verdict::Good), (true, Verdict::Warning)] {
        let mut config = SandboxConfig::default();
        config.pagerduty.severity_based_urgency = by_severity;
        let desk = Desk::with(config).await;
        let lines = desk.check(Vendor::PagerDuty).await;
        assert_eq!(lines.iter().find(|l| l.what == "urgency").map(|l| l.verdict), Some(verdict), "{lines:?}");
    }
}

#[tokio::test]
async fn nobody_on_call_is_a_warning() {
    let desk = Desk::open().await;
    desk.sandbox.on_call(false);
    let lines = desk.check(Vendor::PagerDuty).await;
    assert_eq!(lines.iter().find(|l| l.what == "on call").map(|l| l.verdict), Some(Verdict::Warning));
}
