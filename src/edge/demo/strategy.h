// The masking strategy of the story (docs/formats/masking-strategy.md), in two strengths: the finer one keeps age band, insurance
// type and region; the coarser one, which small data need to reach the same k, suppresses them.
#pragma once

#include <string>
#include <string_view>

namespace sluice::demo {

enum class Strength { fine, coarse };

inline std::string strategy_text(Strength strength) {
  constexpr std::string_view kHead[] = {R"(id: mdtrt-product-design
title: 就诊结构分析（产品设计用）
quasi_identifiers: [gend, age, insutype, insu_admdvs, begntime]
)",
                                        R"(id: mdtrt-product-design-coarse
title: 就诊结构分析（产品设计用，粗粒度）
quasi_identifiers: [gend, begntime]
)"};
  constexpr std::string_view kApart[] = {R"(  - {column: age, technique: band, width: 30, bottom: 30, top: 60}
  - {column: insutype, technique: keep}
  - {column: insu_admdvs, technique: region, digits: 2}
)",
                                         R"(  - {column: age, technique: suppress}
  - {column: insutype, technique: suppress}
  - {column: insu_admdvs, technique: suppress}
)"};
  constexpr std::string_view kCommon = R"(  - {column: mdtrt_id, technique: pseudonym}
  - {column: psn_no, technique: pseudonym}
  - {column: psn_name, technique: suppress}
  - {column: certno, technique: suppress}
  - {column: gend, technique: keep}
  - {column: brdy, technique: suppress}
  - {column: fixmedins_code, technique: pseudonym}
  - {column: fixmedins_name, technique: suppress}
  - {column: med_type, technique: keep}
  - {column: begntime, technique: date, unit: year}
  - {column: endtime, technique: suppress}
  - {column: ipt_otp_no, technique: suppress}
  - {column: medrcdno, technique: suppress}
  - {column: chfpdr_code, technique: suppress}
  - {column: chfpdr_name, technique: suppress}
  - {column: adm_dept_name, technique: keep}
  - {column: dscg_maindiag_code, technique: suppress}
  - {column: dscg_maindiag_name, technique: suppress}
  - {column: dise_no, technique: suppress}
  - {column: ipt_days, technique: band, width: 5, bottom: 0, top: 20}
  - {column: die_date, technique: suppress}
)";
  auto of = static_cast<size_t>(strength);
  return "format: sluice-strategy/1\nversion: \"1\"\nk_min: 5\n" + std::string(kHead[of]) + "fields:\n" + std::string(kApart[of]) + std::string(kCommon);
}

}  // namespace sluice::demo
