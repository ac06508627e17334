#include "node/registration_certificate.h"

#include "codec/pdf_table.h"
#include "crypto/hash.h"

namespace sluice::node {

using namespace space;

namespace {

std::string joined(const Json* list) {
  std::string out;
  if (!list || !list->is_array()) return out;
  for (const Json& one : list->as_array()) out += (out.empty() ? "" : "、") + (one.is_string() ? one.as_string() : canonical(one));
  return out.empty() ? "无" : out;
}

std::string text_in(const Json& object, std::string_view name) { return object.get_string_or(name, "").value_or(""); }

// In China, where the certificate is read.
std::string moment_of(TimeMs ms) { return rfc3339(ms + 8 * kHourMs).substr(0, 16).replace(10, 1, " ") + "（北京时间）"; }

std::string flow_word(std::string_view flow) { return flow == "open" ? "开放" : flow == "trade" ? "交易" : "共享"; }
std::string share_word(std::string_view share) { return share == "full" ? "完全公开共享" : share == "enclave" ? "领地公开共享" : "受控公开共享"; }

std::string entries_named(const Json& certificate) {
  std::string out;
  const Json* evidence = certificate.find("evidence");
  const Json* entries = evidence ? evidence->find("entries") : nullptr;
  if (!entries) return out;
  for (const Json& entry : entries->as_array()) out += (out.empty() ? "" : "、") + std::to_string(entry.get_int_or("seq", 0).value_or(0));
  return out;
}

}  // namespace

Result<Json> issue_registration_certificate(Node& node, const ProductId& product) {
  // What has no certificate is said before anything is signed.
  TRY(node.space().read([&](const State& s) -> Status {
    const Product* p = find(s.products, product);
    if (!p) return fail(Errc::not_found, "product.not_found");
    if (p->status != ProductStatus::registered) return fail(Errc::conflict, "product.not_registered", std::string(name_of(p->status)));
    return {};
  }));
  TRY(node.checkpoint());
  return node.space().read([&](const State& s) { return make_registration_certificate(s, node.ledger(), product, node.clock().now()); });
}

Result<std::string> print_registration_certificate(const Json& c) {
  const Json *general = c.find("general"), *specific = c.find("specific"), *owner = c.find("owner"), *evidence = c.find("evidence");
  if (!general || !specific || !owner || !evidence) return fail(Errc::invalid, "certificate.malformed");
  PdfTable table;
  table.title = "数据产品登记证书";
  table.subtitle = "登记编号 " + text_in(c, "number") + " · 登记时间 " + moment_of(c.get_int_or("registered_ms", 0).value_or(0));
  table.columns = {{"信息类别", 14}, {"项目", 18}, {"内容", 100}};
  auto line = [&](std::string group, std::string name, std::string value) { table.rows.push_back({std::move(group), std::move(name), value.empty() ? "无" : std::move(value)}); };
  line("通用信息", "登记编号", text_in(*general, "number"));
  line("通用信息", "产品名称", text_in(*general, "name"));
  line("通用信息", "关键词", joined(general->find("keywords")));
  line("通用信息", "摘要", text_in(*general, "summary"));
  line("通用信息", "适用范围", text_in(*general, "suited_uses"));
  line("通用信息", "禁止用途", text_in(*general, "forbidden_uses"));
  line("通用信息", "授权方式", text_in(*general, "authorisation"));
  line("通用信息", "时间跨度", text_in(*general, "time_span"));
  line("通用信息", "数据规模", std::to_string(general->get_int_or("rows", 0).value_or(0)) + " 行 · " +
                                     std::to_string(general->find("columns") ? general->find("columns")->as_array().size() : 0) + " 个字段");
  line("通用信息", "字段", joined(general->find("columns")));
  line("个性信息", "应用场景", joined(specific->find("applications")));
  line("个性信息", "接口", joined(specific->find("interfaces")));
  line("个性信息", "关联产品", joined(specific->find("related_products")));
  line("个性信息", "流通类型", flow_word(text_in(*specific, "flow")) + " · " + share_word(text_in(*specific, "share")));
  line("登记主体", "数据提供方", text_in(*owner, "name"));
  line("登记主体", "统一社会信用代码", text_in(*owner, "uscc"));
  line("登记主体", "流通级别", "第" + std::to_string(c.get_int_or("level", 0).value_or(0)) + "级");
  line("存证", "可信数据空间", text_in(*evidence, "origin"));
  line("存证", "存证条目", entries_named(c));
  line("存证", "检查点摘要（SM3）", hex(sm3(view(text_in(*evidence, "checkpoint")))));
  line("存证", "说明", "本页供阅读。可验证的是同名的 JSON 证书：sluice verify 证书.json --trust 信任锚。登记之后是否下架，离线无法得知。");
  return write_pdf(table);
}

}  // namespace sluice::node
