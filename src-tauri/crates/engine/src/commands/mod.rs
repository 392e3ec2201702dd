//! The command list, answered. Temporary: each command is being moved to its own file.

use crate::console::Console;
use wire::*;

fn not_yet<T>() -> Result<T, UserError> {
    Err(UserError::not_found("This command"))
}

impl Answers for Console {
    fn may(&self, _who: &Person, _command: Command) -> Result<(), UserError> {
        Ok(())
    }
    fn frame(&self, _who: &Person, _args: Nothing) -> Result<FrameView, UserError> { not_yet() }
    fn worklist(&self, _who: &Person, _args: WorklistArgs) -> Result<WorklistView, UserError> { not_yet() }
    fn episode(&self, _who: &Person, _args: RowArgs) -> Result<EpisodeDetail, UserError> { not_yet() }
    fn acknowledge(&self, _who: &Person, _args: RowArgs) -> Result<Done, UserError> { not_yet() }
    fn claim(&self, _who: &Person, _args: RowArgs) -> Result<Done, UserError> { not_yet() }
    fn shelve(&self, _who: &Person, _args: ShelveArgs) -> Result<Done, UserError> { not_yet() }
    fn unshelve(&self, _who: &Person, _args: RowArgs) -> Result<Done, UserError> { not_yet() }
    fn text(&self, _who: &Person, _args: TextArgs) -> Result<Done, UserError> { not_yet() }
    fn page(&self, _who: &Person, _args: PageArgs) -> Result<Done, UserError> { not_yet() }
    fn call(&self, _who: &Person, _args: CallArgs) -> Result<Done, UserError> { not_yet() }
    fn note(&self, _who: &Person, _args: NoteArgs) -> Result<Done, UserError> { not_yet() }
    fn close(&self, _who: &Person, _args: CloseArgs) -> Result<Done, UserError> { not_yet() }
    fn complete(&self, _who: &Person, _args: CloseArgs) -> Result<Done, UserError> { not_yet() }
    fn undo(&self, _who: &Person, _args: UndoArgs) -> Result<Done, UserError> { not_yet() }
    fn mute(&self, _who: &Person, _args: MuteArgs) -> Result<Done, UserError> { not_yet() }
    fn sound_test(&self, _who: &Person, _args: Nothing) -> Result<Done, UserError> { not_yet() }
    fn connections(&self, _who: &Person, _args: Nothing) -> Result<ConnectionsView, UserError> { not_yet() }
    fn reprocess(&self, _who: &Person, _args: QuarantineArgs) -> Result<Done, UserError> { not_yet() }
    fn set_aside(&self, _who: &Person, _args: QuarantineArgs) -> Result<Done, UserError> { not_yet() }
    fn simulator(&self, _who: &Person, _args: Nothing) -> Result<SimulatorView, UserError> { not_yet() }
    fn sim_phone(&self, _who: &Person, _args: PatientArgs) -> Result<PhoneView, UserError> { not_yet() }
    fn sim_reading(&self, _who: &Person, _args: SimReadingArgs) -> Result<SimOutcome, UserError> { not_yet() }
    fn sim_reply(&self, _who: &Person, _args: SimReplyArgs) -> Result<SimOutcome, UserError> { not_yet() }
    fn sim_page(&self, _who: &Person, _args: SimPageArgs) -> Result<SimOutcome, UserError> { not_yet() }
    fn sim_vendor(&self, _who: &Person, _args: SimVendorArgs) -> Result<SimOutcome, UserError> { not_yet() }
    fn sim_on_call(&self, _who: &Person, _args: SimOnCallArgs) -> Result<SimOutcome, UserError> { not_yet() }
    fn sim_play(&self, _who: &Person, _args: SimPlayArgs) -> Result<PlayedScenario, UserError> { not_yet() }
    fn sim_demo(&self, _who: &Person, _args: SimDemoArgs) -> Result<SimOutcome, UserError> { not_yet() }
}
