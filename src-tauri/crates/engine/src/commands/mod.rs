//! The command list, answered: who may call what, and where each command is done.

mod refusal;
mod simulate;
mod work;

#[cfg(test)]
mod tests;

pub(crate) use refusal::store_error;

use crate::console::Console;
use crate::views::row_id;
use wire::*;

/// Whether a role may call commands of that access.
pub(crate) fn role_may(role: &str, access: Access) -> bool {
    match access {
        Access::Read => matches!(role, "nurse" | "clinician" | "administrator" | "auditor"),
        Access::Work => matches!(role, "nurse" | "clinician" | "administrator"),
        Access::Administer => role == "administrator",
    }
}

impl Answers for Console {
    fn may(&self, who: &Person, command: Command) -> Result<(), UserError> {
        role_may(&who.role, command.access()).then_some(()).ok_or_else(|| refusal::forbidden(&who.role, who.language))
    }

    fn frame(&self, who: &Person, _: Nothing) -> Result<FrameView, UserError> {
        Ok(self.frame_view(who))
    }

    fn worklist(&self, who: &Person, args: WorklistArgs) -> Result<WorklistView, UserError> {
        self.worklist_view(&args, who.language)
    }

    fn episode(&self, who: &Person, args: RowArgs) -> Result<EpisodeDetail, UserError> {
        self.detail(who, row_id(&args.id)?)
    }

    fn acknowledge(&self, who: &Person, args: RowArgs) -> Result<Done, UserError> {
        self.do_acknowledge(who, &args.id)
    }

    fn claim(&self, who: &Person, args: RowArgs) -> Result<Done, UserError> {
        self.do_claim(who, &args.id)
    }

    fn shelve(&self, who: &Person, args: ShelveArgs) -> Result<Done, UserError> {
        self.do_shelve(who, args)
    }

    fn unshelve(&self, who: &Person, args: RowArgs) -> Result<Done, UserError> {
        self.do_unshelve(who, &args.id)
    }

    fn text(&self, who: &Person, args: TextArgs) -> Result<Done, UserError> {
        self.do_text(who, args)
    }

    fn page(&self, who: &Person, args: PageArgs) -> Result<Done, UserError> {
        self.do_page(who, args)
    }

    fn call(&self, who: &Person, args: CallArgs) -> Result<Done, UserError> {
        self.do_call(who, args)
    }

    fn note(&self, who: &Person, args: NoteArgs) -> Result<Done, UserError> {
        self.do_note(who, args)
    }

    fn close(&self, who: &Person, args: CloseArgs) -> Result<Done, UserError> {
        self.do_close(who, args)
    }

    fn complete(&self, who: &Person, args: CloseArgs) -> Result<Done, UserError> {
        self.do_complete(who, args)
    }

    fn undo(&self, who: &Person, args: UndoArgs) -> Result<Done, UserError> {
        self.do_undo(who, &args.token)
    }

    fn mute(&self, who: &Person, args: MuteArgs) -> Result<Done, UserError> {
        self.do_mute(who, &args)
    }

    fn sound_test(&self, who: &Person, _: Nothing) -> Result<Done, UserError> {
        self.do_sound_test(who)
    }

    fn connections(&self, who: &Person, _: Nothing) -> Result<ConnectionsView, UserError> {
        self.connections_view(who.language)
    }

    fn reprocess(&self, who: &Person, args: QuarantineArgs) -> Result<Done, UserError> {
        self.do_reprocess(who, args.id)
    }

    fn set_aside(&self, who: &Person, args: QuarantineArgs) -> Result<Done, UserError> {
        self.do_set_aside(who, args.id)
    }

    fn simulator(&self, _: &Person, _: Nothing) -> Result<SimulatorView, UserError> {
        Ok(self.simulator_view())
    }

    fn sim_phone(&self, who: &Person, args: PatientArgs) -> Result<PhoneView, UserError> {
        self.phone_view(&args.mrn, who.language)
    }

    fn sim_reading(&self, who: &Person, args: SimReadingArgs) -> Result<SimOutcome, UserError> {
        self.do_sim_reading(who, &args)
    }

    fn sim_reply(&self, who: &Person, args: SimReplyArgs) -> Result<SimOutcome, UserError> {
        self.do_sim_reply(who, &args)
    }

    fn sim_page(&self, who: &Person, args: SimPageArgs) -> Result<SimOutcome, UserError> {
        self.do_sim_page(who, &args)
    }

    fn sim_vendor(&self, who: &Person, args: SimVendorArgs) -> Result<SimOutcome, UserError> {
        self.do_sim_vendor(who, &args)
    }

    fn sim_on_call(&self, who: &Person, args: SimOnCallArgs) -> Result<SimOutcome, UserError> {
        self.do_sim_on_call(who, &args)
    }

    fn sim_play(&self, who: &Person, args: SimPlayArgs) -> Result<PlayedScenario, UserError> {
        self.do_sim_play(who, &args)
    }

    fn sim_demo(&self, who: &Person, args: SimDemoArgs) -> Result<SimOutcome, UserError> {
        self.do_sim_demo(who, &args)
    }
}
