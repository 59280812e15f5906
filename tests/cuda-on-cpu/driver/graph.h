// Graphs: recorded work with its arguments, launched as a whole. Nodes run in the order in which they
// were captured, which satisfies every dependency between them.
#pragma once
#include <memory>
#include <vector>
#include "stream.h"

namespace cuda_on_cpu {

struct Graph {
  std::vector<std::unique_ptr<Work>> nodes;
};

Graph* new_graph();
void add(Graph& graph, Work work);
void destroy(Graph* graph);

}  // namespace cuda_on_cpu
