// A business-process diagram as a picture: SVG without scripts, fonts or anything from outside, drawn by the node alone.
//
// Nodes lie in columns by their distance from the starts (edges that lead back are drawn around), each with its level, what data it
// has, who reaches them and the units behind it, in the words of whoever calls. The same diagram gives the same bytes. Text is escaped; nothing
// is interpreted.
#pragma once

#include <map>
#include <string>

#include "space/inventory/process.h"

namespace sluice::node {

struct DrawnNode {
  int level = 0;                    // of its data together; 0: none
  std::vector<std::string> lines;   // what stands below the title
  std::string level_text{};         // what stands beside it where there is a level
};
std::string draw_process(const space::ProcessDiagram& diagram, const std::map<std::string, DrawnNode>& nodes);

}  // namespace sluice::node
