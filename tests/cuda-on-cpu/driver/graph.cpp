#include "graph.h"
#include <set>
#include "capture.h"
#include "counters.h"

namespace cuda_on_cpu {

static std::set<Graph*> graphs;

namespace {
// What can be launched: shared with pending launches, so that it may be destroyed before they have run.
struct Executable {
  std::shared_ptr<std::vector<Work>> nodes;
};
}  // namespace
static std::set<Executable*> executables;

Graph* new_graph() {
  Graph* graph = new Graph;
  graphs.insert(graph);
  return graph;
}

void add(Graph& graph, Work work) { graph.nodes.push_back(std::make_unique<Work>(std::move(work))); }

void destroy(Graph* graph) {
  graphs.erase(graph);
  delete graph;
}

static Graph& graph_of(CUgraph handle) {
  Graph* const graph = (Graph*)handle;
  if (!graphs.count(graph)) refuse(CUDA_ERROR_INVALID_VALUE, "there is no such graph");
  return *graph;
}

static Executable& executable_of(CUgraphExec handle) {
  Executable* const executable = (Executable*)handle;
  if (!executables.count(executable)) refuse(CUDA_ERROR_INVALID_VALUE, "there is no such executable graph");
  return *executable;
}

static std::shared_ptr<std::vector<Work>> copy_nodes(const Graph& graph) {
  auto nodes = std::make_shared<std::vector<Work>>();
  for (const auto& node : graph.nodes) nodes->push_back(*node);
  return nodes;
}

}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuGraphCreate(CUgraph* result, unsigned flags) {
  return call("cuGraphCreate", [&] {
    require(result, "the result");
    if (flags != 0) refuse(CUDA_ERROR_INVALID_VALUE, "flags must be 0");
    *result = (CUgraph)new_graph();
  });
}

DRIVER_API CUresult cuGraphClone(CUgraph* result, CUgraph original) {
  return call("cuGraphClone", [&] {
    require(result, "the result");
    Graph& from = graph_of(original);
    Graph* graph = new_graph();
    for (const auto& node : from.nodes) add(*graph, *node);
    *result = (CUgraph)graph;
  });
}

DRIVER_API CUresult cuGraphDestroy(CUgraph graph) {
  return call("cuGraphDestroy", [&] { destroy(&graph_of(graph)); });
}

DRIVER_API CUresult cuGraphGetNodes(CUgraph handle, CUgraphNode* nodes, size_t* count) {
  return call("cuGraphGetNodes", [&] {
    require(count, "the count");
    const Graph& graph = graph_of(handle);
    if (nodes) {
      for (size_t i = 0; i < *count; i++) nodes[i] = i < graph.nodes.size() ? (CUgraphNode)graph.nodes[i].get() : nullptr;
    }
    if (!nodes || *count > graph.nodes.size()) *count = graph.nodes.size();
  });
}

DRIVER_API CUresult cuGraphNodeGetType(CUgraphNode node, int* type) {
  return call("cuGraphNodeGetType", [&] {
    require(node, "the node");
    require(type, "the result");
    *type = (int)((Work*)node)->type;
  });
}

DRIVER_API CUresult cuGraphInstantiateWithFlags(CUgraphExec* result, CUgraph graph, unsigned long long) {
  return call("cuGraphInstantiateWithFlags", [&] {
    require(result, "the result");
    Executable* executable = new Executable{copy_nodes(graph_of(graph))};
    executables.insert(executable);
    count("graphs");
    *result = (CUgraphExec)executable;
  });
}

DRIVER_API CUresult cuGraphExecDestroy(CUgraphExec handle) {
  return call("cuGraphExecDestroy", [&] {
    Executable* executable = &executable_of(handle);
    executables.erase(executable);
    delete executable;
  });
}

DRIVER_API CUresult cuGraphUpload(CUgraphExec handle, CUstream stream) {
  return call("cuGraphUpload", [&] {
    executable_of(handle);
    stream_of(stream);
  });
}

DRIVER_API CUresult cuGraphLaunch(CUgraphExec handle, CUstream stream) {
  return call("cuGraphLaunch", [&] {
    const auto nodes = executable_of(handle).nodes;
    submit(stream_of(stream), {WorkType::GRAPH, "graph", [nodes] {
                                 count("graph launches");
                                 for (const Work& node : *nodes) node.run();
                               }});
  });
}
