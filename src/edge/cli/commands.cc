#include <algorithm>

#include "edge/cli/space_call.h"
#include "edge/cli/verb.h"

namespace sluice::cli {

// Each command that is more than one request of the API is defined in the file of its name and entered here; those that are one, in verbs_*.cc.
Command init_command();
Command serve_command();
Command demo_command();
Command collect_command();
Command collect_batches_command();
Command collect_held_command();
Command collect_correct_command();
Command collect_receipt_command();
Command collect_merge_command();
Command collect_source_key_command();
Command collect_delete_command();
Command sources_command();
Command sources_add_command();
Command sources_run_command();
Command sources_pause_command();
Command sources_resume_command();
Command sources_remove_command();
Command sources_take_over_command();
Command code_check_command();
Command synth_command();
Command manifest_command();
Command key_new_command();
Command key_show_command();
Command sign_command();
Command open_command();
Command ledger_verify_command();
Command ledger_prove_command();
Command ledger_export_command();
Command ledger_search_command();
Command ledger_checkpoint_command();
Command verify_command();
Command classify_command();
Command deident_apply_command();
Command deident_risk_command();
Command deident_anonymize_command();
Command deident_reverse_command();
Command deident_reversal_approval_command();
Command backup_command();
Command restore_command();
Command backups_command();
Command storage_command();
Command storage_policy_command();
Command storage_inventory_command();
Command storage_tiers_command();
Command storage_backup_command();
Command storage_rehearse_command();
Command reference_command();
Command reference_add_command();
Command access_who_command();
Command access_rights_command();
Command access_unused_command();
Command access_log_command();
Command protection_command();
Command product_certificate_command();
Command flow_show_command();
Command alarm_on_command();
Command alarm_off_command();
Command grading_list_command();
Command grading_review_command();
Command grading_level_command();
Command operation_list_command();
Command operation_request_command();
Command operation_run_command();
Command law_list_command();
Command law_show_command();
Command law_new_command();
Command law_do_command();
Command law_text_command();
Command law_case_command();
Command law_notice_command();
Command law_retention_command();
Command grading_items_command();
Command grading_item_describe_command();
Command grading_item_grade_command();
Command grading_item_end_command();
Command grading_processes_command();
Command grading_process_draw_command();
Command grading_process_show_command();
Command grading_profile_command();
Command grading_usage_command();
Command grading_find_command();
Command grading_levels_command();
Command law_report_command();
Command law_template_command();
Command deident_check_command();
Command deident_plan_command();
Command deident_mark_command();
Command deident_trace_command();
Command deident_apply_project_command();
Command deident_hierarchy_command();
Command deident_compare_command();
Command deident_aggregate_command();
Command deident_audit_command();
Command deident_adopt_command();
Command deident_mask_command();
Command deident_recheck_command();
Command deident_submit_command();
Command deident_drafts_command();
Command deident_review_command();
Command deident_withdraw_command();
Command reverse_request_command();
Command reverse_allow_command();
Command reverse_refuse_command();
Command reverse_run_command();
Command reverse_list_command();
Command keys_list_command();
Command keys_propose_command();
Command keys_carry_out_command();
Command keys_decide_command();
Command keys_witness_command();
Command vote_cast_command();
Command keys_certificate_command();
Command keys_verify_certificate_command();
Command keys_root_command();
Command keys_split_command();
Command keys_device_command();
Command keys_passphrase_command();
Command certificate_request_command();
Command certificate_list_command();
Command certificate_register_command();
Command certificate_revoke_command();
Command certificate_authority_command();
Command certificate_end_authority_command();
Command certificate_revocations_command();
Command organisation_show_command();
Command organisation_figures_command();
Command organisation_deputy_command();
Command organisation_end_deputy_command();
Command organisation_engage_command();
Command oidc_list_command();
Command oidc_set_command();
Command oidc_remove_command();
Command oidc_link_command();
Command oidc_unlink_command();
Command destroy_certificate_command();
Command session_open_command();
Command session_end_command();
Command session_certify_command();
Command session_set_key_command();
Command party_key_command();
Command contract_sign_command();
Command version_command();
Command help_command();
Command completion_command();

namespace {

std::vector<Command> commands_of_their_own() {
  return {
      init_command(),
      serve_command(),
      demo_command(),
      collect_command(),
      collect_batches_command(),
      collect_held_command(),
      collect_correct_command(),
      collect_receipt_command(),
      collect_merge_command(),
      collect_source_key_command(),
      collect_delete_command(),
      sources_command(),
      sources_add_command(),
      sources_run_command(),
      sources_pause_command(),
      sources_resume_command(),
      sources_remove_command(),
      sources_take_over_command(),
      code_check_command(),
      synth_command(),
      manifest_command(),
      key_new_command(),
      key_show_command(),
      sign_command(),
      open_command(),
      destroy_certificate_command(),
      ledger_verify_command(),
      ledger_prove_command(),
      ledger_export_command(),
      ledger_search_command(),
      ledger_checkpoint_command(),
      verify_command(),
      classify_command(),
      deident_apply_command(),
      deident_risk_command(),
      deident_anonymize_command(),
      deident_reverse_command(),
      deident_reversal_approval_command(),
      backup_command(),
      restore_command(),
      backups_command(),
      storage_command(),
      storage_policy_command(),
      storage_inventory_command(),
      storage_tiers_command(),
      storage_backup_command(),
      storage_rehearse_command(),
      reference_command(),
      reference_add_command(),
      access_who_command(),
      access_rights_command(),
      access_unused_command(),
      access_log_command(),
      protection_command(),
      product_certificate_command(),
      flow_show_command(),
      alarm_on_command(),
      alarm_off_command(),
      grading_list_command(),
      grading_review_command(),
      grading_level_command(),
      grading_items_command(),
      grading_item_describe_command(),
      grading_item_grade_command(),
      grading_item_end_command(),
      grading_processes_command(),
      grading_process_draw_command(),
      grading_process_show_command(),
      grading_profile_command(),
      grading_usage_command(),
      grading_find_command(),
      grading_levels_command(),
      operation_list_command(),
      operation_request_command(),
      operation_run_command(),
      law_list_command(),
      law_show_command(),
      law_new_command(),
      law_do_command(),
      law_text_command(),
      law_case_command(),
      law_notice_command(),
      law_retention_command(),
      law_report_command(),
      law_template_command(),
      deident_check_command(),
      deident_plan_command(),
      deident_mark_command(),
      deident_trace_command(),
      deident_apply_project_command(),
      deident_hierarchy_command(),
      deident_compare_command(),
      deident_aggregate_command(),
      deident_audit_command(),
      deident_adopt_command(),
      deident_mask_command(),
      deident_recheck_command(),
      deident_submit_command(),
      deident_drafts_command(),
      deident_review_command(),
      deident_withdraw_command(),
      reverse_request_command(),
      reverse_allow_command(),
      reverse_refuse_command(),
      reverse_run_command(),
      reverse_list_command(),
      keys_list_command(),
      keys_propose_command(),
      keys_carry_out_command(),
      keys_decide_command(),
      keys_witness_command(),
      vote_cast_command(),
      keys_certificate_command(),
      keys_verify_certificate_command(),
      keys_root_command(),
      keys_split_command(),
      keys_device_command(),
      keys_passphrase_command(),
      certificate_request_command(),
      certificate_list_command(),
      certificate_register_command(),
      certificate_revoke_command(),
      certificate_authority_command(),
      certificate_end_authority_command(),
      certificate_revocations_command(),
      organisation_show_command(),
      organisation_figures_command(),
      organisation_deputy_command(),
      organisation_end_deputy_command(),
      organisation_engage_command(),
      oidc_list_command(),
      oidc_set_command(),
      oidc_remove_command(),
      oidc_link_command(),
      oidc_unlink_command(),
      session_open_command(),
      session_end_command(),
      session_certify_command(),
      session_set_key_command(),
      party_key_command(),
      contract_sign_command(),
      version_command(),
      completion_command(),
      help_command(),
  };
}

bool takes(const Command& command, std::string_view option) {
  return std::any_of(command.options.begin(), command.options.end(), [&](const Option& o) { return o.name == option; });
}

// Whoever can sign in for a command can do it with a second factor, and by a session that was kept.
void complete_sign_in(Command& command) {
  if (!takes(command, kAsOption.name)) return;
  for (const Option& option : {kCodeOption, kSessionOption})
    if (!takes(command, option.name)) command.options.insert(command.options.end() - 1, option);
}

std::string_view noun_of(const Command& command) { return command.path.substr(0, command.path.find(' ')); }

// Rows join the commands of their noun; new nouns follow, before the words about the program itself.
std::vector<Command> all_commands() {
  std::vector<Command> list = commands_of_their_own();
  for (auto verbs : {person_verbs(), work_verbs(), trade_verbs(), data_verbs()})
    for (const Verb& verb : verbs) {
      Command command = command_of(verb);
      auto last = std::find_if(list.rbegin(), list.rend(), [&](const Command& c) { return noun_of(c) == noun_of(command); });
      auto version = std::find_if(list.begin(), list.end(), [](const Command& c) { return c.path == "version"; });
      list.insert(last != list.rend() ? last.base() : version, std::move(command));
    }
  for (Command& command : list) complete_sign_in(command);
  return list;
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> list = all_commands();
  return list;
}

}  // namespace sluice::cli
