// Business-process diagrams (G2.3): nodes with their data, who reaches them with which rights, and the units that process, store
// and transmit; edges between them; linked to the fields of the catalog and to described items.
//
//   (none) ──DrawProcess (data manager, or who answers for its department)──▶ drawn ──DrawProcess──▶ drawn, the next version
//   drawn ──RemoveProcess (data manager)──▶ removed
// A diagram is valid or refused ("process.…", the detail names the node): ids are unique, edges join nodes that are there, there is
// a start, everything is reached from one, links name fields and items of the own party, each access names somebody and a right.
#pragma once

#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

constexpr std::array<std::string_view, 6> kProcessKinds = {"start", "activity", "decision", "store", "outside", "end"};
constexpr std::array<std::string_view, 6> kProcessRights = {"read", "enter", "change", "export", "delete", "approve"};
constexpr size_t kProcessNodesMax = 200, kProcessEdgesMax = 600, kProcessBytesMax = 48 << 10;

struct ProcessLink {
  DatasetId dataset;
  std::vector<std::string> columns;  // empty: all
  ItemId item;                       // instead of a dataset
  static constexpr auto fields = field_list(field("dataset", &ProcessLink::dataset), field("columns", &ProcessLink::columns), field("item", &ProcessLink::item));
};
struct ProcessAccess {
  std::string who;  // a role or post; may be empty where a unit is named
  UnitId unit;
  std::vector<std::string> rights;  // of kProcessRights
  static constexpr auto fields = field_list(field("who", &ProcessAccess::who), field("unit", &ProcessAccess::unit), field("rights", &ProcessAccess::rights));
};
struct ProcessNode {
  std::string id, title, node_kind = "activity";
  std::vector<ProcessLink> data;
  std::vector<ProcessAccess> access;
  std::string processing, storage, transmission;  // the units that do it: systems, rooms, lines
  static constexpr auto fields = field_list(
      field("id", &ProcessNode::id), field("title", &ProcessNode::title), field("kind", &ProcessNode::node_kind), field("data", &ProcessNode::data),
      field("access", &ProcessNode::access), field("processing", &ProcessNode::processing), field("storage", &ProcessNode::storage),
      field("transmission", &ProcessNode::transmission));
};
struct ProcessEdge {
  std::string from, to, label;
  static constexpr auto fields = field_list(field("from", &ProcessEdge::from), field("to", &ProcessEdge::to), field("label", &ProcessEdge::label));
};
struct ProcessDiagram {
  std::string title, description;
  UnitId department;
  std::vector<ProcessNode> nodes;
  std::vector<ProcessEdge> edges;
  static constexpr auto fields =
      field_list(field("title", &ProcessDiagram::title), field("description", &ProcessDiagram::description), field("department", &ProcessDiagram::department),
                 field("nodes", &ProcessDiagram::nodes), field("edges", &ProcessDiagram::edges));
};

struct DrawProcess {
  static constexpr std::string_view kind = "inventory.draw_process";
  ProcessId process;  // empty: a new one
  ProcessDiagram diagram;
  static constexpr auto fields = field_list(field("process", &DrawProcess::process), field("diagram", &DrawProcess::diagram));
};
struct RemoveProcess {
  static constexpr std::string_view kind = "inventory.remove_process";
  ProcessId process;
  std::string reason;
  static constexpr auto fields = field_list(field("process", &RemoveProcess::process), field("reason", &RemoveProcess::reason));
};
struct ProcessDrawn {
  static constexpr std::string_view kind = "inventory.process_drawn";
  ProcessId process;
  PartyId party;
  int64_t number = 1;  // the version
  ProcessDiagram diagram;
  static constexpr auto fields = field_list(field("process", &ProcessDrawn::process), field("party", &ProcessDrawn::party), field("number", &ProcessDrawn::number),
                                            field("diagram", &ProcessDrawn::diagram));
};
struct ProcessRemoved {
  static constexpr std::string_view kind = "inventory.process_removed";
  ProcessId process;
  std::string reason;
  static constexpr auto fields = field_list(field("process", &ProcessRemoved::process), field("reason", &ProcessRemoved::reason));
};

struct Process {
  ProcessId id;
  PartyId party;
  int64_t number = 1;
  ProcessDiagram diagram;
  PersonId drawn_by;
  TimeMs at_ms = 0, removed_ms = 0;
  uint64_t seq = 0;
  std::vector<uint64_t> earlier;  // the entries of earlier versions
  static constexpr auto fields = field_list(
      field("id", &Process::id), field("party", &Process::party), field("number", &Process::number), field("diagram", &Process::diagram),
      field("drawn_by", &Process::drawn_by), field("at_ms", &Process::at_ms), field("removed_ms", &Process::removed_ms), field("seq", &Process::seq),
      field("earlier", &Process::earlier));
};

}  // namespace sluice::space
