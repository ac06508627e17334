#include "node/process_drawing.h"

#include <algorithm>
#include <set>

namespace sluice::node {

using space::ProcessDiagram;
using space::ProcessEdge;
using space::ProcessNode;

namespace {

constexpr int kWidth = 220, kGapX = 90, kGapY = 36, kLine = 17, kHead = 34, kMargin = 30, kTitle = 44, kTextWidth = 30;
constexpr const char* kLevelColours[] = {"#eef1f4", "#e4f3e6", "#eaf2fb", "#fff4d6", "#ffe3cf", "#fbd5d5"};

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (byte < 0x20 || byte == 0x7f) out += ' ';
    else out += c;
  }
  return out;
}

// Cut to so many half-widths: a Chinese character is two.
std::string fitted(std::string_view text, int half_widths) {
  std::string out;
  int used = 0;
  for (size_t i = 0; i < text.size();) {
    auto lead = static_cast<unsigned char>(text[i]);
    size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    int width = length >= 3 ? 2 : 1;
    if (used + width > half_widths) return out + "…";
    out += text.substr(i, length);
    used += width;
    i += length;
  }
  return out;
}

struct Placed {
  int layer = 0, row = 0, x = 0, y = 0, height = 0;
};

// Edges that close a circle, found by a walk in depth from the starts in the order of the diagram.
std::set<size_t> edges_back(const ProcessDiagram& d, const std::map<std::string, size_t>& index) {
  std::vector<std::vector<size_t>> out_of(d.nodes.size());
  for (size_t e = 0; e < d.edges.size(); e++) out_of[index.at(d.edges[e].from)].push_back(e);
  std::vector<int> state(d.nodes.size(), 0);
  std::set<size_t> back;
  std::vector<std::pair<size_t, size_t>> path;
  auto walk = [&](size_t start) {
    if (state[start] != 0) return;
    state[start] = 1;
    path.emplace_back(start, 0);
    while (!path.empty()) {
      auto& [at, next] = path.back();
      if (next == out_of[at].size()) {
        state[at] = 2;
        path.pop_back();
        continue;
      }
      size_t e = out_of[at][next++], to = index.at(d.edges[e].to);
      if (state[to] == 1) back.insert(e);
      if (state[to] == 0) {
        state[to] = 1;
        path.emplace_back(to, 0);
      }
    }
  };
  for (size_t i = 0; i < d.nodes.size(); i++)
    if (d.nodes[i].node_kind == "start") walk(i);
  for (size_t i = 0; i < d.nodes.size(); i++) walk(i);
  return back;
}

class Drawing {
 public:
  Drawing(const ProcessDiagram& d, const std::map<std::string, DrawnNode>& nodes) : d_(d), nodes_(nodes), placed_(d.nodes.size()) {
    for (size_t i = 0; i < d.nodes.size(); i++) index_[d.nodes[i].id] = i;
    back_ = edges_back(d, index_);
    layers();
    rows();
    places();
  }

  std::string svg() const {
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width_) + "\" height=\"" + std::to_string(height_) +
                      "\" viewBox=\"0 0 " + std::to_string(width_) + " " + std::to_string(height_) +
                      "\" role=\"img\" font-family=\"'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif\" font-size=\"12\">\n";
    out += "<title>" + escaped(d_.title) + "</title>\n";
    out += "<defs><marker id=\"a\" markerWidth=\"9\" markerHeight=\"9\" refX=\"8\" refY=\"4\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#51606f\"/></marker></defs>\n";
    out += "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
    out += text(kMargin, 26, d_.title, "font-size=\"16\" font-weight=\"600\" fill=\"#17212b\"");
    for (size_t e = 0; e < d_.edges.size(); e++) out += edge(e);
    for (size_t i = 0; i < d_.nodes.size(); i++) out += node(i);
    return out + "</svg>\n";
  }

 private:
  // The longest way from a start decides the column; circles are cut, so this ends.
  void layers() {
    for (size_t round = 0; round < d_.nodes.size(); round++) {
      bool moved = false;
      for (size_t e = 0; e < d_.edges.size(); e++) {
        if (back_.contains(e)) continue;
        Placed &from = placed_[index_[d_.edges[e].from]], &to = placed_[index_[d_.edges[e].to]];
        if (to.layer <= from.layer) to.layer = from.layer + 1, moved = true;
      }
      if (!moved) return;
    }
  }

  // Within a column near to what leads there: a few rounds by the mean row of the predecessors.
  void rows() {
    int last = 0;
    for (const Placed& p : placed_) last = std::max(last, p.layer);
    columns_.resize(static_cast<size_t>(last) + 1);
    for (size_t i = 0; i < placed_.size(); i++) columns_[static_cast<size_t>(placed_[i].layer)].push_back(i);
    number_rows();
    for (size_t c = 1; c < columns_.size(); c++) {
      std::vector<std::pair<int64_t, size_t>> wanted;
      for (size_t i : columns_[c]) wanted.emplace_back(mean_row(i), i);
      std::stable_sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      for (size_t k = 0; k < wanted.size(); k++) columns_[c][k] = wanted[k].second;
      number_rows();
    }
  }
  void number_rows() {
    for (const auto& column : columns_)
      for (size_t k = 0; k < column.size(); k++) placed_[column[k]].row = static_cast<int>(k);
  }
  int64_t mean_row(size_t i) const {
    int64_t sum = 0, n = 0;
    for (const ProcessEdge& e : d_.edges)
      if (index_.at(e.to) == i) sum += placed_[index_.at(e.from)].row * 1000, n++;
    return n ? sum / n : 0;
  }

  void places() {
    int most = 0;
    for (size_t c = 0; c < columns_.size(); c++) {
      int y = kTitle;
      for (size_t i : columns_[c]) {
        Placed& p = placed_[i];
        p.x = kMargin + static_cast<int>(c) * (kWidth + kGapX);
        p.y = y;
        p.height = kHead + kLine * static_cast<int>(lines_of(i).size()) + (lines_of(i).empty() ? 4 : 8);
        y += p.height + kGapY;
      }
      most = std::max(most, y);
    }
    width_ = 2 * kMargin + static_cast<int>(columns_.size()) * (kWidth + kGapX) - kGapX;
    height_ = most + (back_.empty() ? 10 : 40);
  }

  const std::vector<std::string>& lines_of(size_t i) const {
    static const std::vector<std::string> none;
    auto it = nodes_.find(d_.nodes[i].id);
    return it == nodes_.end() ? none : it->second.lines;
  }
  int level_of(size_t i) const {
    auto it = nodes_.find(d_.nodes[i].id);
    return it == nodes_.end() ? 0 : std::clamp(it->second.level, 0, 5);
  }

  static std::string text(int x, int y, std::string_view what, std::string_view style) {
    return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" " + std::string(style) + ">" + escaped(what) + "</text>\n";
  }

  std::string node(size_t i) const {
    const ProcessNode& n = d_.nodes[i];
    const Placed& p = placed_[i];
    bool round = n.node_kind == "start" || n.node_kind == "end";
    std::string radius = round ? "17" : n.node_kind == "decision" ? "0" : "6", dash = n.node_kind == "outside" ? " stroke-dasharray=\"5 3\"" : "";
    std::string out = "<g><rect x=\"" + std::to_string(p.x) + "\" y=\"" + std::to_string(p.y) + "\" width=\"" + std::to_string(kWidth) + "\" height=\"" +
                      std::to_string(p.height) + "\" rx=\"" + radius + "\" fill=\"" + kLevelColours[level_of(i)] + "\" stroke=\"#51606f\"" + dash + "/>\n";
    if (n.node_kind == "store")
      out += "<path d=\"M" + std::to_string(p.x) + " " + std::to_string(p.y + 6) + "h" + std::to_string(kWidth) + "\" stroke=\"#51606f\"/>\n";
    if (n.node_kind == "decision")
      out += "<path d=\"M" + std::to_string(p.x - 10) + " " + std::to_string(p.y + p.height / 2) + "l10 -10v20z\" fill=\"#51606f\"/>\n";
    out += text(p.x + 12, p.y + 22, fitted(n.title, 24), "font-weight=\"600\" fill=\"#17212b\"");
    if (level_of(i) > 0) out += text(p.x + kWidth - 10, p.y + 22, nodes_.at(n.id).level_text, "text-anchor=\"end\" fill=\"#17212b\"");
    int y = p.y + kHead + kLine - 4;
    for (const std::string& line : lines_of(i)) {
      out += text(p.x + 12, y, fitted(line, kTextWidth), "fill=\"#38444f\"");
      y += kLine;
    }
    return out + "</g>\n";
  }

  // Forward: out of the right side into the left one. Back: below everything, out of the bottom and into it.
  std::string edge(size_t e) const {
    const Placed &from = placed_[index_.at(d_.edges[e].from)], &to = placed_[index_.at(d_.edges[e].to)];
    std::string path;
    int label_x = 0, label_y = 0;
    if (back_.contains(e)) {
      int y = height_ - 22;
      int x1 = from.x + kWidth / 2, x2 = to.x + kWidth / 2 - 14;
      path = "M" + point(x1, from.y + from.height) + "L" + point(x1, y) + "L" + point(x2, y) + "L" + point(x2, to.y + to.height + 2);
      label_x = (x1 + x2) / 2, label_y = y - 4;
    } else {
      int x1 = from.x + kWidth, y1 = from.y + from.height / 2, x2 = to.x - 2, y2 = to.y + to.height / 2, middle = x1 + kGapX / 2;
      path = "M" + point(x1, y1) + "C" + point(middle, y1) + " " + point(x2 - kGapX / 2, y2) + " " + point(x2, y2);
      label_x = middle, label_y = (y1 + y2) / 2 - 5;
    }
    std::string out = "<path d=\"" + path + "\" fill=\"none\" stroke=\"#51606f\" marker-end=\"url(#a)\"/>\n";
    if (!d_.edges[e].label.empty()) out += text(label_x, label_y, fitted(d_.edges[e].label, 14), "text-anchor=\"middle\" font-size=\"11\" fill=\"#38444f\"");
    return out;
  }
  static std::string point(int x, int y) { return std::to_string(x) + " " + std::to_string(y); }

  const ProcessDiagram& d_;
  const std::map<std::string, DrawnNode>& nodes_;
  std::vector<Placed> placed_;
  std::map<std::string, size_t> index_;
  std::set<size_t> back_;
  std::vector<std::vector<size_t>> columns_;
  int width_ = 0, height_ = 0;
};

}  // namespace

std::string draw_process(const ProcessDiagram& diagram, const std::map<std::string, DrawnNode>& nodes) { return Drawing(diagram, nodes).svg(); }

}  // namespace sluice::node
