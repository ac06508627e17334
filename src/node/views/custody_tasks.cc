// What waits under dual control: operations on keys to be witnessed or carried out, reversals of masked values to be decided or run.
#include "node/views/view.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr TimeMs kEpochCloseMs = 30 * kDayMs;  // with the next backup; a month at the latest

Json dual_control_task(std::string_view kind, const std::string& object, std::string title, TimeMs since, TimeMs due) {
  return Json::object({{"due_ms", due > 0 ? Json(due) : Json()}, {"kind", kind}, {"object", object}, {"since_ms", since}, {"title", std::move(title)}});
}

}  // namespace

void View::tasks_of_custody(Json& items) const {
  for (const auto& [id, work] : state.key_works) {
    if (may(DecideKeyWork{work.id, true, "plausible"})) items.push(dual_control_task("decide_key_work", id, work.reason, work.at_ms, work.lapses_ms));
    if (work.status == KeyWorkStatus::proposed && now < work.lapses_ms && may(WitnessKeyWork{work.id, WitnessWord::agree, {}}))
      items.push(dual_control_task("witness_key_work", id, work.reason, work.at_ms, work.lapses_ms));
    if (work.status == KeyWorkStatus::approved && work.proposed_by == person.id)
      items.push(dual_control_task("carry_out_key_work", id, work.reason, work.at_ms, work.lapses_ms));
  }
  for (const auto& [id, since] : epochs_to_close(state))
    if (may(ProposeKeyWork{.work = KeyWork::destroy_epoch, .version = {}, .columns = {}, .epoch = *EpochId::parse(id), .reason = "plausible"}))
      items.push(dual_control_task("close_epoch", id, id, since, since + kEpochCloseMs));
  for (const auto& [id, epoch] : state.epochs)
    for (const EpochCopy& copy : epoch.copies)
      if (epoch.destroyed && !copy.gone_ms && may(ConfirmEpochCopyGone{epoch.id, copy.place, "plausible"}))
        items.push(dual_control_task("epoch_copy_left", id, copy.place, epoch.destroyed_ms, 0));
  for (const auto& [id, r] : state.reversals) {
    if (r.expired(now) || !of_own_party(r.party)) continue;
    const Dataset* dataset = find(state.datasets, r.dataset);
    std::string title = (!dataset ? std::string() : dataset->title.empty() ? dataset->name : dataset->title) + "：" + r.column;
    bool mine = r.requested_by == person.id;
    if (r.status == ReversalStatus::requested && !mine && may(DecideReversal{r.id, true, "plausible"}))
      items.push(dual_control_task("decide_reversal", id, title, r.at_ms, r.expires_ms));
    if (r.status == ReversalStatus::allowed && mine) items.push(dual_control_task("run_reversal", id, title, r.decided_ms, r.expires_ms));
  }
}

}  // namespace sluice::node
