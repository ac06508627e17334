// The masking strategies of the story (docs/formats/masking-strategy.md): the finer one, and the coarser one that small data need
// to reach the same k.
#pragma once

#include <string_view>

namespace sluice::demo {

inline constexpr std::string_view kStrategy = R"(format: sluice-strategy/1
id: mdtrt-product-design
version: "1"
title: 就诊结构分析（产品设计用）
fields:
  - {column: mdtrt_id, technique: pseudonym}
  - {column: psn_no, technique: pseudonym}
  - {column: psn_name, technique: suppress}
  - {column: certno, technique: suppress}
  - {column: gend, technique: keep}
  - {column: brdy, technique: suppress}
  - {column: age, technique: band, width: 30, bottom: 30, top: 60}
  - {column: insutype, technique: keep}
  - {column: insu_admdvs, technique: region, digits: 2}
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
quasi_identifiers: [gend, age, insutype, insu_admdvs, begntime]
k_min: 5
)";

inline constexpr std::string_view kCoarseStrategy = R"(format: sluice-strategy/1
id: mdtrt-product-design-coarse
version: "1"
title: 就诊结构分析（产品设计用，粗粒度）
fields:
  - {column: mdtrt_id, technique: pseudonym}
  - {column: psn_no, technique: pseudonym}
  - {column: psn_name, technique: suppress}
  - {column: certno, technique: suppress}
  - {column: gend, technique: keep}
  - {column: brdy, technique: suppress}
  - {column: age, technique: suppress}
  - {column: insutype, technique: suppress}
  - {column: insu_admdvs, technique: suppress}
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
quasi_identifiers: [gend, begntime]
k_min: 5
)";

}  // namespace sluice::demo
