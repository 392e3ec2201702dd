//! The command list, answered: who may call what, and where each command is done.

mod audit;
mod backtest;
mod check_ins;
mod connect;
mod hl7;
mod hooks_key;
mod messages;
mod minutes;
mod patients;
mod patients_files;
mod refusal;
mod rights;
mod runbook;
mod safekeeping;
mod scripts;
mod settings;
mod shadow;
mod simulate;
pub(crate) mod trials;
mod visits;
mod work;

#[cfg(test)]
mod audit_tests;
#[cfg(test)]
mod backtest_tests;
#[cfg(test)]
mod minutes_tests;
#[cfg(test)]
mod patients_tests;
#[cfg(test)]
mod runbook_tests;
#[cfg(test)]
mod scripts_tests;
#[cfg(test)]
mod shadow_tests;
#[cfg(test)]
mod tests;

pub use audit::Exported;
pub use backtest::Trial;
pub(crate) use refusal::{field, not_stored, store_error};
pub(crate) use shadow::side_of;
pub(crate) use visits::{EHR_ANSWERS_AFTER_SECONDS, SIMULATED};

use crate::console::Console;
use crate::views::row_id;
use wire::*;

/// Whether a role may call commands of that access.
pub(crate) fn role_may(role: &str, access: Access) -> bool {
    match access {
        Access::Open => true,
        Access::Read => matches!(role, "nurse" | "clinician" | "administrator" | "auditor"),
        Access::Work => matches!(role, "nurse" | "clinician" | "administrator"),
        Access::Audit => matches!(role, "auditor" | "administrator"),
        Access::Halt => matches!(role, "clinician" | "administrator"),
        Access::Administer => role == "administrator",
    }
}

impl Answers for Console {
    fn may(&self, who: &Person, command: Command) -> Result<(), UserError> {
        role_may(&who.role, command.access()).then_some(()).ok_or_else(|| match (command.access(), who.role.as_str()) {
            (Access::Halt, "nurse") => refusal::needs_clinician(who.language),
            _ => refusal::forbidden(&who.role, who.language),
        })
    }

    fn door(&self, who: &Person, _: Nothing) -> Result<DoorView, UserError> {
        Ok(self.door_view(who))
    }

    fn first_administrator(&self, who: &Person, args: FirstArgs) -> Result<Entered, UserError> {
        self.do_first_administrator(who, &args)
    }

    fn sign_in(&self, who: &Person, args: SignInArgs) -> Result<Entered, UserError> {
        self.do_sign_in(who, &args)
    }

    fn break_glass(&self, who: &Person, args: BreakGlassArgs) -> Result<Entered, UserError> {
        self.do_break_glass(who, &args)
    }

    fn sign_out(&self, who: &Person, _: Nothing) -> Result<Nothing, UserError> {
        self.do_sign_out(who)
    }

    fn lock(&self, who: &Person, _: Nothing) -> Result<Nothing, UserError> {
        self.do_lock(who)
    }

    fn unlock(&self, who: &Person, args: UnlockArgs) -> Result<Nothing, UserError> {
        self.do_unlock(who, &args.password)
    }

    fn present(&self, _: &Person, _: Nothing) -> Result<Nothing, UserError> {
        Ok(Nothing {})
    }

    fn my_password(&self, who: &Person, args: MyPasswordArgs) -> Result<Done, UserError> {
        self.do_my_password(who, &args)
    }

    fn second_factor(&self, who: &Person, _: Nothing) -> Result<SecondFactor, UserError> {
        self.do_second_factor(who)
    }

    fn confirm_second_factor(&self, who: &Person, args: CodeArgs) -> Result<RecoveryCodes, UserError> {
        self.do_confirm_second_factor(who, &args)
    }

    fn people(&self, _: &Person, _: Nothing) -> Result<PeopleView, UserError> {
        Ok(self.people_view())
    }

    fn add_person(&self, who: &Person, args: NewPersonArgs) -> Result<Done, UserError> {
        self.do_add_person(who, &args)
    }

    fn change_person(&self, who: &Person, args: ChangePersonArgs) -> Result<Done, UserError> {
        self.do_change_person(who, &args)
    }

    fn reset_person(&self, who: &Person, args: ResetPersonArgs) -> Result<Done, UserError> {
        self.do_reset_person(who, &args)
    }

    fn emergency_code(&self, who: &Person, _: Nothing) -> Result<EmergencyCode, UserError> {
        self.do_emergency_code(who)
    }

    fn frame(&self, who: &Person, _: Nothing) -> Result<FrameView, UserError> {
        Ok(self.frame_view(who))
    }

    fn audit(&self, who: &Person, args: AuditArgs) -> Result<AuditPage, UserError> {
        self.audit_page(who, &args)
    }

    fn audit_verify(&self, who: &Person, _: Nothing) -> Result<TrailVerdict, UserError> {
        self.do_audit_verify(who)
    }

    fn export(&self, who: &Person, args: ExportArgs) -> Result<Nothing, UserError> {
        self.do_export(who, &args)
    }

    fn exports(&self, _: &Person, _: Nothing) -> Result<ExportsView, UserError> {
        Ok(self.exports_view())
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
        self.connections_view(who)
    }

    fn reprocess(&self, who: &Person, args: QuarantineArgs) -> Result<Done, UserError> {
        self.do_reprocess(who, args.id)
    }

    fn set_aside(&self, who: &Person, args: QuarantineArgs) -> Result<Done, UserError> {
        self.do_set_aside(who, args.id)
    }

    fn visits(&self, who: &Person, args: VisitsArgs) -> Result<VisitsView, UserError> {
        self.visits_view(&args, who.language)
    }

    fn visit(&self, who: &Person, args: VisitArgs) -> Result<VisitDetail, UserError> {
        self.visit_view(who, &args.appointment_id)
    }

    fn sim_visits(&self, who: &Person, _: Nothing) -> Result<SimVisitsView, UserError> {
        self.sim_visits_view(who.language)
    }

    fn sim_visit(&self, who: &Person, args: SimVisitArgs) -> Result<SimVisitOutcome, UserError> {
        self.do_sim_visit(who, &args)
    }

    fn sim_visit_reminder(&self, who: &Person, args: VisitArgs) -> Result<SimVisitOutcome, UserError> {
        self.do_sim_visit_reminder(who, &args.appointment_id)
    }

    fn sim_visit_answer(&self, who: &Person, args: SimVisitAnswerArgs) -> Result<SimVisitOutcome, UserError> {
        self.do_sim_visit_answer(who, &args)
    }

    fn sim_ehr(&self, who: &Person, args: SimEhrArgs) -> Result<SimVisitOutcome, UserError> {
        self.do_sim_ehr(who, &args)
    }

    fn hl7_map(&self, _: &Person, _: Nothing) -> Result<Hl7MapView, UserError> {
        Ok(self.hl7_map_view())
    }

    fn hl7_preview(&self, who: &Person, args: Hl7PreviewArgs) -> Result<Hl7PreviewView, UserError> {
        self.do_hl7_preview(who, &args)
    }

    fn hl7_map_save(&self, who: &Person, args: Hl7MapArgs) -> Result<Done, UserError> {
        self.do_hl7_map_save(who, &args)
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

    fn messages(&self, who: &Person, args: MessagesArgs) -> Result<MessagesView, UserError> {
        self.messages_view(who, &args)
    }

    fn message(&self, who: &Person, args: MessageArgs) -> Result<MessageDetail, UserError> {
        self.message_detail(who, args.id)
    }

    fn message_send_again(&self, who: &Person, args: MessageArgs) -> Result<Done, UserError> {
        self.do_message_send_again(who, args.id)
    }

    fn message_park(&self, who: &Person, args: MessageParkArgs) -> Result<Done, UserError> {
        self.do_message_park(who, args)
    }

    fn message_unpark(&self, who: &Person, args: MessageArgs) -> Result<Done, UserError> {
        self.do_message_unpark(who, args.id)
    }

    fn message_edit(&self, who: &Person, args: MessageEditArgs) -> Result<Done, UserError> {
        self.do_message_edit(who, args)
    }

    fn reprocess_edited(&self, who: &Person, args: QuarantineEditArgs) -> Result<Done, UserError> {
        self.do_reprocess_edited(who, args)
    }

    fn announce_maintenance(&self, who: &Person, args: MaintenanceArgs) -> Result<Done, UserError> {
        self.do_announce_maintenance(who, args)
    }

    fn stop_sending(&self, who: &Person, args: StopSendingArgs) -> Result<Done, UserError> {
        self.do_stop_sending(who, args)
    }

    fn end_downtime(&self, who: &Person, args: DowntimeArgs) -> Result<Done, UserError> {
        self.do_end_downtime(who, args.id)
    }

    fn check_ins(&self, _: &Person, _: Nothing) -> Result<CheckInsView, UserError> {
        Ok(self.check_ins_view())
    }

    fn plan_check_in(&self, who: &Person, args: PlanCheckInArgs) -> Result<Done, UserError> {
        self.do_plan_check_in(who, &args)
    }

    fn end_check_in(&self, who: &Person, args: CheckInArgs) -> Result<Done, UserError> {
        self.do_end_check_in(who, &args)
    }

    fn patients(&self, who: &Person, args: PatientsArgs) -> Result<PatientsView, UserError> {
        self.patients_view(who, &args)
    }

    fn patient(&self, who: &Person, args: PatientArgs) -> Result<PatientPage, UserError> {
        self.patient_page(who, &args.mrn)
    }

    fn set_limits(&self, who: &Person, args: SetLimitsArgs) -> Result<SavedLimits, UserError> {
        self.do_set_limits(who, &args)
    }

    fn set_stat(&self, who: &Person, args: StatArgs) -> Result<Done, UserError> {
        self.do_set_stat(who, &args)
    }

    fn change_patient(&self, who: &Person, args: PersonalArgs) -> Result<Done, UserError> {
        self.do_change_patient(who, args)
    }

    fn patient_texts(&self, who: &Person, args: TextsArgs) -> Result<Done, UserError> {
        self.do_patient_texts(who, &args)
    }

    fn import_preview(&self, who: &Person, args: ImportArgs) -> Result<ImportView, UserError> {
        self.do_import_preview(who, &args)
    }

    fn import_apply(&self, who: &Person, args: ImportApplyArgs) -> Result<ImportView, UserError> {
        self.do_import_apply(who, &args)
    }

    fn retry_unknown(&self, who: &Person, _: Nothing) -> Result<Done, UserError> {
        self.do_retry_unknown(who)
    }

    fn export_patients(&self, who: &Person, args: ExportPatientsArgs) -> Result<WrittenFile, UserError> {
        self.do_export_patients(who, &args)
    }

    fn setting_rights(&self, _: &Person, _: Nothing) -> Result<SettingRightsView, UserError> {
        Ok(self.setting_rights_view())
    }

    fn change_settings(&self, who: &Person, args: ChangeSettingsArgs) -> Result<Done, UserError> {
        self.do_change_settings(who, args)
    }

    fn connection_set_up(&self, who: &Person, _: Nothing) -> Result<SetUpView, UserError> {
        Ok(self.set_up_view(who))
    }

    fn connect_vendor(&self, who: &Person, args: ConnectArgs) -> Result<Done, UserError> {
        self.do_connect_vendor(who, &args)
    }

    fn disconnect_vendor(&self, who: &Person, args: VendorArgs) -> Result<Done, UserError> {
        self.do_disconnect_vendor(who, &args)
    }

    fn backtest(&self, who: &Person, args: BacktestArgs) -> Result<BacktestView, UserError> {
        self.do_backtest(who, &args)
    }

    fn backtest_state(&self, who: &Person, args: BacktestIdArgs) -> Result<BacktestView, UserError> {
        self.backtest_view(who, args.id)
    }

    fn backtest_cancel(&self, who: &Person, args: BacktestIdArgs) -> Result<BacktestView, UserError> {
        self.do_backtest_cancel(who, args.id)
    }

    fn scripts(&self, who: &Person, _: Nothing) -> Result<ScriptsView, UserError> {
        self.scripts_view(who)
    }

    fn script(&self, who: &Person, args: ScriptArgs) -> Result<ScriptView, UserError> {
        self.script_view(&args.name, who.language)
    }

    fn check_script(&self, who: &Person, args: CheckScriptArgs) -> Result<ScriptChecked, UserError> {
        self.do_check_script(who, &args)
    }

    fn save_script(&self, who: &Person, args: SaveScriptArgs) -> Result<Done, UserError> {
        self.do_save_script(who, args)
    }

    fn restore_script(&self, who: &Person, args: RestoreScriptArgs) -> Result<Done, UserError> {
        self.do_restore_script(who, args)
    }

    fn try_script(&self, who: &Person, args: TryScriptArgs) -> Result<Done, UserError> {
        self.do_try_script(who, &args)
    }

    fn recipes(&self, who: &Person, args: RecipesArgs) -> Result<RecipesView, UserError> {
        Ok(self.recipes_view(&args.draft, who.language))
    }

    fn judge(&self, who: &Person, args: JudgeArgs) -> Result<Done, UserError> {
        self.do_judge(who, &args)
    }

    fn missed_alert(&self, who: &Person, args: MissedArgs) -> Result<Done, UserError> {
        self.do_missed_alert(who, &args)
    }

    fn explain_missed(&self, who: &Person, args: ExplainArgs) -> Result<Done, UserError> {
        self.do_explain_missed(who, args)
    }

    fn shadow_report(&self, who: &Person, args: ShadowArgs) -> Result<ShadowView, UserError> {
        self.shadow_view(who, &args)
    }

    fn rehearse(&self, who: &Person, args: RehearseArgs) -> Result<Done, UserError> {
        self.do_rehearse(who, &args)
    }

    fn gate(&self, who: &Person, args: GateArgs) -> Result<GateView, UserError> {
        self.gate_view(who, &args)
    }

    fn gate_note(&self, who: &Person, args: GateNoteArgs) -> Result<Done, UserError> {
        self.do_gate_note(who, args)
    }

    fn baa(&self, who: &Person, args: BaaArgs) -> Result<Done, UserError> {
        self.do_baa(who, &args)
    }

    fn sign_off(&self, who: &Person, args: SignOffArgs) -> Result<Done, UserError> {
        self.do_sign_off(who, args)
    }

    fn go_live(&self, who: &Person, args: GoLiveArgs) -> Result<Done, UserError> {
        self.do_go_live(who, args)
    }

    fn back_to_shadow(&self, who: &Person, args: BackToShadowArgs) -> Result<Done, UserError> {
        self.do_back_to_shadow(who, args)
    }

    fn settings(&self, who: &Person, _: Nothing) -> Result<SettingsView, UserError> {
        self.settings_view(who)
    }

    fn settings_export(&self, who: &Person, _: Nothing) -> Result<SettingsFile, UserError> {
        self.do_settings_export(who)
    }

    fn settings_diff(&self, who: &Person, args: SettingsFileArgs) -> Result<SettingsDiff, UserError> {
        self.do_settings_diff(who, &args.text)
    }

    fn safekeeping(&self, _: &Person, _: Nothing) -> Result<SafekeepingView, UserError> {
        self.safekeeping_view()
    }

    fn copy_now(&self, who: &Person, _: Nothing) -> Result<Nothing, UserError> {
        self.do_copy_now(who)
    }

    fn copy_test(&self, who: &Person, args: CopyArgs) -> Result<Nothing, UserError> {
        self.do_copy_test(who, &args.file)
    }

    fn recovery_key(&self, who: &Person, _: Nothing) -> Result<RecoveryKey, UserError> {
        self.do_recovery_key(who)
    }

    fn minutes(&self, who: &Person, args: MinutesArgs) -> Result<MinutesView, UserError> {
        self.minutes_view(who, &args)
    }

    fn log_minutes(&self, who: &Person, args: LogMinutesArgs) -> Result<Done, UserError> {
        self.do_log_minutes(who, &args)
    }

    fn strike_minutes(&self, who: &Person, args: StrikeMinutesArgs) -> Result<Done, UserError> {
        self.do_strike_minutes(who, args)
    }

    fn measures(&self, who: &Person, args: MeasuresArgs) -> Result<MeasuresView, UserError> {
        self.measures_view(who, &args)
    }

    fn test_connection(&self, who: &Person, args: TestArgs) -> Result<Done, UserError> {
        self.do_test_connection(who, &args)
    }

    fn new_hooks_key(&self, who: &Person, args: NewKeyArgs) -> Result<Done, UserError> {
        self.do_new_hooks_key(who, &args)
    }

    fn end_former_hooks_key(&self, who: &Person, _: Nothing) -> Result<Done, UserError> {
        self.do_end_former_key(who)
    }

    fn runbook(&self, who: &Person, _: Nothing) -> Result<RunbookView, UserError> {
        self.runbook_view(who)
    }

    fn runbook_incident(&self, who: &Person, args: RowArgs) -> Result<IncidentReplay, UserError> {
        self.runbook_incident_view(who, &args.id)
    }

    fn evidence(&self, who: &Person, args: RowArgs) -> Result<ExportView, UserError> {
        self.do_evidence(who, &args.id)
    }
}
