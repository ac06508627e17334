// Lists: visible objects only, newest first, a page at a time.
#include <algorithm>
#include <functional>

#include "node/views/listed.h"

namespace sluice::node {

using namespace space;

std::string newest_first(uint64_t seq, const std::string& id) {
  Bytes key;
  put_u64(key, ~seq);
  return hex(key) + id;
}

Json page_of_list(std::vector<Listed> all, const ListAsk& ask) {
  std::sort(all.begin(), all.end(), [](const Listed& a, const Listed& b) { return a.position < b.position; });
  auto from = std::upper_bound(all.begin(), all.end(), ask.after, [](const std::string& after, const Listed& l) { return after < l.position; });
  auto to = static_cast<size_t>(all.end() - from) > ask.limit ? from + static_cast<ptrdiff_t>(ask.limit) : all.end();
  Json items = Json::array();
  for (auto it = from; it != to; ++it) items.push(it->show());
  Json out = Json::object({{"items", std::move(items)}, {"total", all.size()}});
  out.set("next", to == all.end() ? Json() : Json(std::prev(to)->position));
  return out;
}

namespace {

template <class T>
bool has_status(const T& object, const ListAsk& ask) {
  return ask.status.empty() || name_of(object.status) == ask.status;
}

}  // namespace

Json View::datasets(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, d] : state.datasets) {
    if (!may_see(state, person, d, now)) continue;
    const Plan* p = find(state.plans, d.plan);
    all.push_back({newest_first(p ? p->seq : 0, id), [this, &d] { return show(d, Detail::listed); }});
  }
  return page_of_list(std::move(all), ask);
}

Json View::plans(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, p] : state.plans)
    if (owns(p.owner) || sees_all()) all.push_back({newest_first(p.seq, id), [this, &p] { return show(p, Detail::listed); }});
  return page_of_list(std::move(all), ask);
}

Json View::batches(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, b] : state.batches) {
    const Dataset* of = find(state.datasets, b.dataset);
    if (of && may_see(state, person, *of, now) && has_status(b, ask)) all.push_back({newest_first(b.seq, id), [this, &b] { return show(b); }});
  }
  return page_of_list(std::move(all), ask);
}

Json View::products(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, p] : state.products)
    if (may_see(state, person, p, now) && has_status(p, ask))
      all.push_back({newest_first(p.drafted_seq, id), [this, &p] { return show(p, Detail::listed); }});
  return page_of_list(std::move(all), ask);
}

Json View::applications(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, a] : state.applications)
    if (may_see(state, person, a, now) && has_status(a, ask))
      all.push_back({newest_first(a.submitted_seq, id), [this, &a] { return show(a, Detail::listed); }});
  return page_of_list(std::move(all), ask);
}

Json View::contracts(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, c] : state.contracts)
    if (may_see(state, person, c, now) && has_status(c, ask))
      all.push_back({newest_first(c.drafted_seq, id), [this, &c] { return show(c, Detail::listed); }});
  return page_of_list(std::move(all), ask);
}

Json View::releases(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, r] : state.releases)
    if (may_see(state, person, r, now) && has_status(r, ask))
      all.push_back({newest_first(r.prepared_seq, id), [this, &r] { return show(r, Detail::listed); }});
  return page_of_list(std::move(all), ask);
}

Json View::parties(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, p] : state.parties)
    if (knows(p) && has_status(p, ask)) all.push_back({newest_first(p.registered_seq, id), [this, &p] { return show(p, Detail::listed); }});
  return page_of_list(std::move(all), ask);
}

Json View::people(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, p] : state.persons)
    if (knows(p)) all.push_back({id, [this, &p] { return show(p, Detail::listed); }});
  return page_of_list(std::move(all), ask);
}

}  // namespace sluice::node
