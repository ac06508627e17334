#include "edge/api/api.h"

#include "edge/api/core.h"
#include "edge/http/system_routes.h"

namespace sluice::api {

struct Api::Parts {
  http::Router router;
  Core core;
  http::Handler measured;

  Parts(node::Node& node, http::Metrics& metrics) : core(node, router), measured(http::measured(router, metrics)) {
    http::add_system_routes(router, metrics, [&node]() -> Status {
      if (node.space().read_only()) return fail(Errc::unreachable, "ledger.read_only");
      if (!node.agent().running()) return fail(Errc::unreachable, "key_agent.gone");
      if (node.signing_refused()) return fail(Errc::unreachable, "ledger.not_signed");
      return {};
    });
    add_session_routes(core);
    add_inbox_routes(core);
    add_job_routes(core);
    add_collection_routes(core);
    add_dataset_routes(core);
    add_product_routes(core);
    add_contract_routes(core);
    add_release_routes(core);
    add_data_routes(core);
    add_ledger_routes(core);
    add_administration_routes(core);
    add_custody_routes(core);
    add_ceremony_routes(core);
    add_operation_routes(core);
    add_access_routes(core);
    add_key_sign_in_routes(core);
    add_oidc_routes(core);
    add_grading_routes(core);
    add_inventory_routes(core);
    add_scan_routes(core);
    add_law_routes(core);
    add_source_routes(core);
    add_storage_routes(core);
    add_reference_routes(core);
    add_deident_routes(core);
    add_alarm_routes(core);
    add_mandate_routes(core);
    metrics.gauge("sluice_ledger_entries", "entries of the ledger", [&node] { return static_cast<int64_t>(node.ledger().size()); });
    metrics.gauge("sluice_read_only", "1 after a failed commit", [&node] { return node.space().read_only() ? int64_t{1} : int64_t{0}; });
    metrics.gauge("sluice_key_agent_up", "0 when the key agent is gone: the server must be started again",
                  [&node] { return node.agent().running() ? int64_t{1} : int64_t{0}; });
    metrics.gauge("sluice_sessions", "open sessions", [this] { return static_cast<int64_t>(core.sessions.size()); });
    metrics.gauge("sluice_jobs_running", "background jobs", [this] { return static_cast<int64_t>(core.jobs.running()); });
  }
};

Api::Api(node::Node& node, http::Metrics& metrics) : parts_(std::make_unique<Parts>(node, metrics)) {}
Api::~Api() = default;

node::SourceLooks& Api::source_looks() { return parts_->core.source_looks; }
node::AlarmTries& Api::alarm_tries() { return parts_->core.alarm_tries; }
void Api::allow_source_folders(std::vector<std::string> folders) { parts_->core.source_folders = std::move(folders); }
http::Router& Api::router() { return parts_->router; }
http::Response Api::handle(const http::Request& request) { return parts_->measured(request); }

}  // namespace sluice::api
