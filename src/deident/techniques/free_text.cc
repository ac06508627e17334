#include "deident/techniques/free_text.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "codec/json.h"
#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

namespace {

constexpr std::u32string_view kSurnameChars =
    U"王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯"
    U"龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝"
    U"路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝";
constexpr std::u32string_view kCompoundSurnames[] = {U"欧阳", U"上官", U"司马", U"诸葛", U"东方", U"皇甫", U"尉迟", U"公孙", U"慕容", U"令狐", U"司徒", U"夏侯", U"端木", U"独孤"};
// Characters that go on with a sentence rather than with a name.
constexpr std::u32string_view kNotInNames =
    U"因于在为到来行自诉称述主入出就住经由及与和的之已曾现无有予给被将向从前后时日年月男女岁复服用病诊医护治检查手术突昨今当上下右左头腹胸发感血压热烧龄度需应可能是否未约并且但其等至对按请同意签了着过说问答告知联系电话身份证号院科室床者士师任夫";
constexpr std::u32string_view kBeforeName[] = {U"姓名", U"患者", U"病人", U"患儿", U"产妇", U"家属", U"联系人", U"经办人", U"代办人", U"参保人", U"监护人", U"其子", U"其女", U"其妻", U"其夫", U"之子", U"儿子", U"女儿", U"妻子", U"丈夫",
                                               U"父亲", U"母亲", U"配偶", U"哥哥", U"姐姐", U"弟弟", U"妹妹", U"陪护", U"医师", U"医生", U"护士", U"主任", U"主治", U"主刀", U"术者", U"助手", U"麻醉", U"签名", U"签字", U"会诊", U"由"};
constexpr std::u32string_view kAfterName[] = {U"医生", U"医师", U"主任", U"护士", U"大夫", U"教授", U"先生", U"女士", U"同志", U"老师", U"护师", U"院长", U"主治"};
constexpr std::u32string_view kInstitutions[] = {U"医院", U"卫生院", U"诊所", U"卫生室", U"药房", U"药店", U"大学", U"学院", U"中学", U"小学", U"公司", U"养老院", U"派出所", U"服务中心", U"福利院", U"幼儿园"};
constexpr std::u32string_view kBeforePlace[] = {U"住址", U"家住", U"居住于", U"居住在", U"居住", U"现住", U"住在", U"住于", U"地址", U"户籍", U"籍贯", U"位于", U"来自", U"就诊于", U"住院于", U"转至", U"转入", U"转往", U"送至", U"送往", U"曾在", U"曾于", U"就读于",
                                                U"任职于", U"前往", U"来到", U"外院", U"工作单位", U"单位", U"为", U"在", U"于", U"至", U"到", U"由", U"从", U"赴", U"去", U"回", U"经"};
constexpr std::u32string_view kPlaceSuffixes = U"省市区县旗镇乡村路街道巷弄号栋幢楼层室组里";
constexpr std::u32string_view kDetailSuffixes = U"镇乡村路街道巷弄号栋幢室组里";
constexpr std::u32string_view kClauseEnds = U"，。；：、！？（）()《》“”\",;:!?\n\r\t ";

bool is_han(char32_t c) { return c >= 0x4e00 && c <= 0x9fff; }
bool is_ascii_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_word(char32_t c) { return is_ascii_digit(c) || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool has(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }

// Text as characters with their places in bytes.
struct Characters {
  std::u32string chars{};
  std::vector<size_t> at{};
  explicit Characters(std::string_view text) {
    for (size_t i = 0; i < text.size();) {
      auto b = static_cast<uint8_t>(text[i]);
      size_t n = b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
      char32_t c = n == 1 ? b : b & (0x7fu >> n);
      for (size_t k = 1; k < n; k++) c = c << 6 | (static_cast<uint8_t>(text[i + k]) & 0x3f);
      chars += c;
      at.push_back(i);
      i += n;
    }
    at.push_back(text.size());
  }
  std::u32string_view from(size_t i) const { return std::u32string_view(chars).substr(i); }
};

// The length of a name that begins at `i`, 0 when none does.
size_t name_length(std::u32string_view text, size_t i) {
  size_t surname = 0;
  for (auto compound : kCompoundSurnames)
    if (text.substr(i).starts_with(compound)) surname = 2;
  if (surname == 0 && i < text.size() && has(kSurnameChars, text[i])) surname = 1;
  if (surname == 0) return 0;
  size_t given = 0;
  while (given < 2 && i + surname + given < text.size()) {
    char32_t c = text[i + surname + given];
    if (!is_han(c) || has(kNotInNames, c)) break;
    given++;
  }
  return given ? surname + given : 0;
}

class EntityFinder {
 public:
  explicit EntityFinder(std::string_view text) : bytes_(text), text_(text) {}

  std::vector<Entity> all() {
    find_runs();
    find_dates();
    find_clauses();
    find_names();
    std::sort(found_.begin(), found_.end(), [](const Entity& a, const Entity& b) { return a.from < b.from; });
    return std::move(found_);
  }

 private:
  // Characters [from, to); nothing where something was found already.
  bool take(size_t from, size_t to, EntityKind kind) {
    Entity e{text_.at[from], text_.at[to], kind};
    for (const Entity& other : found_)
      if (e.from < other.to && other.from < e.to) return false;
    found_.push_back(e);
    return true;
  }

  void find_runs() {
    const std::u32string& s = text_.chars;
    for (size_t i = 0; i < s.size();) {
      if (s[i] == U'@') find_email(i);
      if (!is_ascii_digit(s[i])) {
        i++;
        continue;
      }
      size_t from = i;
      while (i < s.size() && is_ascii_digit(s[i])) i++;
      classify_run(from, i);
    }
  }

  void classify_run(size_t from, size_t to) {
    const std::u32string& s = text_.chars;
    size_t n = to - from;
    std::string run(bytes_.substr(text_.at[from], n));
    bool x = to < s.size() && (s[to] == U'X' || s[to] == U'x');
    if ((n == 17 && x) || n == 18 || n == 15) {
      take(from, n == 17 ? to + 1 : to, EntityKind::id_number);
    } else if (n == 11 && run[0] == '1' && run[1] >= '3') {
      take(from, to, EntityKind::phone);
    } else if ((n == 3 || n == 4) && run[0] == '0' && to + 7 < s.size() + 1 && to < s.size() && s[to] == U'-') {
      size_t end = to + 1;
      while (end < s.size() && is_ascii_digit(s[end])) end++;
      if (end - to > 7) take(from, end, EntityKind::phone);
    } else if (n == 16 || n == 19) {
      take(from, to, EntityKind::bank_card);
    } else if (n == 8 && from > 0 && has(U"EGDSPH", s[from - 1]) && (from == 1 || !is_word(s[from - 2]))) {
      take(from - 1, to, EntityKind::passport);
    }
  }

  void find_email(size_t at) {
    const std::u32string& s = text_.chars;
    auto part = [](char32_t c) { return is_word(c) || has(U"._-+", c); };
    size_t from = at, to = at + 1;
    while (from > 0 && part(s[from - 1])) from--;
    while (to < s.size() && part(s[to])) to++;
    if (from < at && to > at + 3) take(from, to, EntityKind::email);
  }

  void find_dates() {
    const std::u32string& s = text_.chars;
    for (size_t i = 0; i + 4 < s.size(); i++) {
      if ((s[i] != U'1' && s[i] != U'2') || (i > 0 && is_ascii_digit(s[i - 1]))) continue;
      size_t p = i;
      auto digits = [&](size_t most) {
        size_t n = 0;
        while (n < most && p < s.size() && is_ascii_digit(s[p])) p++, n++;
        return n;
      };
      if (digits(4) != 4 || p >= s.size() || !has(U"年-/.", s[p])) continue;
      p++;
      if (digits(2) == 0 || p >= s.size() || !has(U"月-/.", s[p])) continue;
      bool month_only = s[p] == U'月';
      size_t after_month = ++p;
      if (digits(2) > 0) {
        if (p < s.size() && has(U"日号", s[p])) p++;
        take(i, p, EntityKind::date);
      } else if (month_only) {
        take(i, after_month, EntityKind::date);
      }
    }
  }

  void find_clauses() {
    const std::u32string& s = text_.chars;
    for (size_t from = 0; from < s.size();) {
      size_t to = from;
      while (to < s.size() && !has(kClauseEnds, s[to])) to++;
      if (to - from >= 4) {
        find_institution(from, to);
        find_address(from, to);
      }
      from = to + 1;
    }
  }

  // The start of a place in a clause: after the last word that leads to one.
  size_t place_start(size_t from, size_t to) {
    const std::u32string& s = text_.chars;
    size_t start = from;
    for (size_t i = from; i < to; i++)
      for (auto word : kBeforePlace)
        if (i + word.size() < to && text_.from(i).starts_with(word)) start = std::max(start, i + word.size());
    while (start < to && !is_han(s[start])) start++;
    return start;
  }

  void find_institution(size_t from, size_t to) {
    for (auto word : kInstitutions) {
      size_t at = std::u32string_view(text_.chars).substr(0, to).find(word, from);
      if (at == std::u32string_view::npos) continue;
      size_t start = place_start(from, at);
      size_t n = at - start;
      std::u32string_view before = text_.from(start).substr(0, n);
      if (n < 2 || n > 20 || before == U"当地" || before == U"上级" || before == U"下级" || before == U"外地") continue;
      take(start, at + word.size(), EntityKind::institution);
      return;
    }
  }

  void find_address(size_t from, size_t to) {
    const std::u32string& s = text_.chars;
    size_t suffixes = 0, details = 0, last = 0, first = 0;
    for (size_t i = from; i < to; i++) {
      if (!has(kPlaceSuffixes, s[i]) || i == from) continue;
      if (suffixes && i - last > 12) break;
      if (!suffixes) first = i;
      suffixes++;
      details += has(kDetailSuffixes, s[i]);
      last = i;
    }
    if (suffixes < 2 || details == 0) return;
    size_t start = place_start(from, first);
    if (first - start > 10) start = first - 10;
    size_t end = last + 1;
    while (end < to && (is_word(s[end]) || s[end] == U'-')) end++;
    take(start, end, EntityKind::address);
  }

  void find_names() {
    const std::u32string_view s = text_.chars;
    std::set<std::u32string> names;
    for (size_t i = 0; i < s.size(); i++) {
      for (auto word : kBeforeName) {
        if (!s.substr(i).starts_with(word)) continue;
        size_t at = i + word.size();
        while (at < s.size() && has(U"：:为是叫 　", s[at])) at++;
        if (size_t n = name_length(s, at); n && take(at, at + n, EntityKind::person_name)) names.emplace(s.substr(at, n));
      }
      size_t n = name_length(s, i);
      for (size_t shorter = n; shorter >= 2; shorter--)
        for (auto word : kAfterName)
          if (s.substr(i + shorter).starts_with(word) && take(i, i + shorter, EntityKind::person_name)) names.emplace(s.substr(i, shorter));
      // A surname with a title is a person too: 王主任.
      if (n == 0 && has(kSurnameChars, s[i]) && (i == 0 || !is_han(s[i - 1]) || has(kNotInNames, s[i - 1])))
        for (auto word : kAfterName)
          if (s.substr(i + 1).starts_with(word)) take(i, i + 1, EntityKind::person_name);
    }
    for (const auto& name : names)
      for (size_t at = s.find(name); at != std::u32string_view::npos; at = s.find(name, at + 1)) take(at, at + name.size(), EntityKind::person_name);
  }

  std::string_view bytes_;
  Characters text_;
  std::vector<Entity> found_;
};

}  // namespace

std::vector<Entity> find_entities(std::string_view text) { return EntityFinder(text).all(); }

void FreeText::run(std::span<const CellInput> cells, MaskedCells& out) const {
  static constexpr std::string_view kLabels[] = {"姓名", "证件", "电话", "银行卡", "护照", "邮箱", "地址", "日期", "机构"};
  constexpr char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  for (const CellInput& c : cells) {
    if (c.cell.empty() || !is_utf8(c.cell)) {
      out.close(c.cell.empty() ? CellOutcome::null : CellOutcome::failed);
      continue;
    }
    size_t done = 0;
    auto entities = find_entities(c.cell);
    for (const Entity& e : entities) {
      std::string named(name_of(e.kind));
      named.append(1, '\0').append(c.cell.substr(e.from, e.to - e.from));
      Digest mac = key_.one(view(named));
      out.text().append(c.cell.substr(done, e.from - done)).append("〔").append(kLabels[static_cast<size_t>(e.kind)]).append("-");
      for (size_t i = 0; i < 6; i++) out.text() += alphabet[mac[i] & 31];
      out.text() += "〕";
      done = e.to;
      counts_[static_cast<size_t>(e.kind)]++;
    }
    out.text() += c.cell.substr(done);
    out.close(entities.empty() ? CellOutcome::kept : CellOutcome::masked);
  }
}

std::map<std::string, uint64_t> FreeText::replaced() const {
  std::map<std::string, uint64_t> out;
  for (size_t i = 0; i < counts_.size(); i++)
    if (uint64_t n = counts_[i].load()) out.emplace(enum_names(EntityKind{})[i], n);
  return out;
}

}  // namespace sluice::deident
