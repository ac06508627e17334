#include <map>

#include "base/file.h"
#include "classify/sample.h"
#include "classify/sample_collect.h"
#include "classify/tokens.h"

namespace sluice::classify {

namespace {

constexpr size_t kTextFileMax = size_t{256} << 20;
constexpr size_t kFlattenDepthMax = 12;
constexpr size_t kBadLinesMax = 100;

void flatten(const Json& value, const std::string& path, size_t depth, const std::string& table, FieldCollector& out) {
  if (depth > kFlattenDepthMax) return;
  if (value.is_object()) {
    for (const auto& [key, member] : value.as_object()) {
      if (depth == 0 && key == "resourceType") continue;
      flatten(member, path.empty() ? key : path + "." + key, depth + 1, table, out);
    }
  } else if (value.is_array()) {
    for (const auto& item : value.as_array()) flatten(item, path, depth + 1, table, out);
  } else if (value.is_string()) {
    out.add(table, path, value.as_string());
  } else if (value.is_null()) {
    out.add(table, path, {});
  } else {
    out.add(table, path, canonical(value));
  }
}

void add_record(const Json& record, const std::string& table, FieldCollector& out) {
  // FHIR says what a record is; a bundle is its entries.
  std::string kind = record.get_string_or("resourceType", "").value_or("");
  const Json* entries = record.find("entry");
  if (kind == "Bundle" && entries && entries->is_array()) {
    for (const auto& entry : entries->as_array())
      if (const Json* resource = entry.find("resource"); resource && resource->is_object()) add_record(*resource, table, out);
    return;
  }
  const std::string& name = kind.empty() ? table : kind;
  out.row(name);
  flatten(record, "", 0, name, out);
}

// What the fields of the common segments are (HL7 v2.x chapter 3, 4, 6, 7), in words that the dictionary knows.
const std::map<std::string, std::string, std::less<>>& hl7_names() {
  static const std::map<std::string, std::string, std::less<>> names = {
      {"PID-2", "patient id"}, {"PID-3", "patient id"}, {"PID-4", "patient id"}, {"PID-5", "patient name"}, {"PID-6", "mother name"},
      {"PID-7", "birth date"}, {"PID-8", "sex"}, {"PID-9", "alias name"}, {"PID-10", "race"}, {"PID-11", "address"}, {"PID-13", "home phone"},
      {"PID-14", "work phone"}, {"PID-15", "language"}, {"PID-16", "marital status"}, {"PID-17", "religion"}, {"PID-18", "account number patient"},
      {"PID-19", "ssn"}, {"PID-20", "drivers license"}, {"PID-21", "mother id"}, {"PID-22", "ethnic group"}, {"PID-23", "birth place"},
      {"PID-26", "citizenship"}, {"PID-29", "death date"}, {"PID-30", "death flag"}, {"NK1-2", "contact name"}, {"NK1-3", "relationship"},
      {"NK1-4", "address"}, {"NK1-5", "contact phone"}, {"PV1-2", "patient class"}, {"PV1-3", "bed"}, {"PV1-4", "admission type"},
      {"PV1-7", "attending doctor"}, {"PV1-8", "referring doctor"}, {"PV1-9", "consulting doctor"}, {"PV1-10", "department"}, {"PV1-17", "doctor name"},
      {"PV1-19", "visit number"}, {"PV1-36", "discharge disposition"}, {"PV1-44", "admit time"}, {"PV1-45", "discharge time"},
      {"DG1-3", "diagnosis code"}, {"DG1-4", "diagnosis description"}, {"DG1-5", "diagnosis time"}, {"DG1-6", "diagnosis type"},
      {"AL1-2", "allergy type"}, {"AL1-3", "allergen"}, {"AL1-4", "allergy severity"}, {"AL1-5", "allergy reaction"}, {"OBR-2", "order number"},
      {"OBR-3", "order number"}, {"OBR-4", "exam item"}, {"OBR-7", "observation date"}, {"OBR-16", "ordering provider"}, {"OBX-3", "observation code"},
      {"OBX-5", "result value"}, {"OBX-6", "result unit"}, {"OBX-7", "reference range"}, {"OBX-8", "abnormal flag"}, {"OBX-14", "observation date"},
      {"NTE-3", "clinical note"}, {"IN1-2", "insurance plan"}, {"IN1-3", "insurance company"}, {"IN1-16", "insured name"}, {"IN1-18", "birth date"},
      {"IN1-36", "policy number"}, {"RXA-5", "vaccine code"}, {"RXE-2", "drug code"}, {"ORC-2", "order number"}, {"ORC-12", "ordering provider"},
      {"PR1-3", "procedure code"}, {"PR1-5", "procedure date"}, {"GT1-3", "guarantor name"}, {"GT1-5", "address"}, {"GT1-6", "home phone"},
      {"MSH-3", "application id"}, {"MSH-4", "sending facility"}, {"MSH-7", "timestamp"}, {"MSH-10", "message id"}, {"PRB-3", "problem name"}};
  return names;
}

void add_segment(std::string_view line, FieldCollector& out) {
  if (line.size() < 4 || line[3] != '|') return;
  std::string segment(line.substr(0, 3));
  for (char c : segment)
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) return;
  out.row(segment);
  // MSH-1 is the delimiter itself.
  size_t number = segment == "MSH" ? 2 : 1;
  for (size_t at = 4; at <= line.size(); number++) {
    size_t end = std::min(line.find('|', at), line.size());
    std::string_view value = line.substr(at, end - at);
    at = end + 1;
    if (segment == "MSH" && number == 2) continue;
    std::string id = segment + "-" + std::to_string(number);
    auto known = hl7_names().find(id);
    if (!value.empty() || known != hl7_names().end()) out.add(segment, id, value, known == hl7_names().end() ? "" : known->second);
  }
}

template <class Line>
void for_each_line(std::string_view text, const Line& line) {
  while (!text.empty()) {
    size_t end = text.find_first_of("\r\n");
    std::string_view one = text.substr(0, end);
    if (!one.empty()) line(one);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

Result<std::vector<FieldInput>> read_json_records(std::string_view text, const std::string& table, const SampleLimits& limits) {
  FieldCollector out(limits.values_max);
  if (auto whole = parse_json(text, kTextFileMax)) {
    if (whole->is_array()) {
      for (const auto& record : whole->as_array())
        if (record.is_object()) add_record(record, table, out);
    } else if (whole->is_object()) {
      add_record(*whole, table, out);
    }
  } else {
    size_t good = 0, bad = 0;
    for_each_line(text, [&](std::string_view line) {
      if (bad > kBadLinesMax || line.find_first_not_of(" \t") == std::string_view::npos) return;
      auto record = parse_json(line);
      if (!record || !record->is_object()) {
        bad++;
        return;
      }
      good++;
      add_record(*record, table, out);
    });
    if (bad > good) return fail(Errc::invalid, "sample.not_json_lines");
  }
  auto fields = out.finish();
  if (fields.empty()) return fail(Errc::invalid, "schema.no_tables");
  return fields;
}

Result<std::vector<FieldInput>> read_hl7_messages(std::string_view text, const SampleLimits& limits) {
  FieldCollector out(limits.values_max);
  if (!text.starts_with("MSH|")) return fail(Errc::invalid, "sample.not_hl7");
  for_each_line(text, [&](std::string_view line) { add_segment(line, out); });
  return out.finish();
}

}  // namespace sluice::classify
