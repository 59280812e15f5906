// The functions that JCuda links and that are not emulated: a missing one would end the Java VM at the call, these
// return CUDA_ERROR_NOT_SUPPORTED.
#include "call.h"

#define UNSUPPORTED(name)                                                                         \
  DRIVER_API CUresult name() {                                                                    \
    return cuda_on_cpu::call(#name, cuda_on_cpu::Needs::NOTHING, [] {                             \
      cuda_on_cpu::refuse(CUDA_ERROR_NOT_SUPPORTED, "the emulation does not have this function"); \
    });                                                                                           \
  }

// clang-format off
// Arrays, textures, surfaces
UNSUPPORTED(cuArray3DCreate_v2) UNSUPPORTED(cuArray3DGetDescriptor_v2) UNSUPPORTED(cuArrayCreate_v2)
UNSUPPORTED(cuArrayDestroy) UNSUPPORTED(cuArrayGetDescriptor_v2) UNSUPPORTED(cuArrayGetMemoryRequirements)
UNSUPPORTED(cuArrayGetPlane) UNSUPPORTED(cuArrayGetSparseProperties) UNSUPPORTED(cuMemcpyAtoA_v2)
UNSUPPORTED(cuMemcpyAtoD_v2) UNSUPPORTED(cuMemcpyAtoHAsync_v2) UNSUPPORTED(cuMemcpyAtoH_v2) UNSUPPORTED(cuMemcpyDtoA_v2)
UNSUPPORTED(cuMemcpyHtoAAsync_v2) UNSUPPORTED(cuMemcpyHtoA_v2) UNSUPPORTED(cuMipmappedArrayCreate)
UNSUPPORTED(cuMipmappedArrayDestroy) UNSUPPORTED(cuMipmappedArrayGetLevel) UNSUPPORTED(cuMipmappedArrayGetMemoryRequirements)
UNSUPPORTED(cuMipmappedArrayGetSparseProperties) UNSUPPORTED(cuModuleGetSurfRef) UNSUPPORTED(cuModuleGetTexRef)
UNSUPPORTED(cuParamSetTexRef) UNSUPPORTED(cuSurfObjectCreate) UNSUPPORTED(cuSurfObjectDestroy)
UNSUPPORTED(cuSurfObjectGetResourceDesc) UNSUPPORTED(cuSurfRefGetArray) UNSUPPORTED(cuSurfRefSetArray)
UNSUPPORTED(cuTexObjectCreate) UNSUPPORTED(cuTexObjectDestroy) UNSUPPORTED(cuTexObjectGetResourceDesc)
UNSUPPORTED(cuTexObjectGetResourceViewDesc) UNSUPPORTED(cuTexObjectGetTextureDesc) UNSUPPORTED(cuTexRefCreate)
UNSUPPORTED(cuTexRefDestroy) UNSUPPORTED(cuTexRefGetAddressMode) UNSUPPORTED(cuTexRefGetAddress_v2)
UNSUPPORTED(cuTexRefGetArray) UNSUPPORTED(cuTexRefGetBorderColor) UNSUPPORTED(cuTexRefGetFilterMode)
UNSUPPORTED(cuTexRefGetFlags) UNSUPPORTED(cuTexRefGetFormat) UNSUPPORTED(cuTexRefGetMaxAnisotropy)
UNSUPPORTED(cuTexRefGetMipmapFilterMode) UNSUPPORTED(cuTexRefGetMipmapLevelBias) UNSUPPORTED(cuTexRefGetMipmapLevelClamp)
UNSUPPORTED(cuTexRefGetMipmappedArray) UNSUPPORTED(cuTexRefSetAddress2D_v3) UNSUPPORTED(cuTexRefSetAddressMode)
UNSUPPORTED(cuTexRefSetAddress_v2) UNSUPPORTED(cuTexRefSetArray) UNSUPPORTED(cuTexRefSetBorderColor)
UNSUPPORTED(cuTexRefSetFilterMode) UNSUPPORTED(cuTexRefSetFlags) UNSUPPORTED(cuTexRefSetFormat)
UNSUPPORTED(cuTexRefSetMaxAnisotropy) UNSUPPORTED(cuTexRefSetMipmapFilterMode) UNSUPPORTED(cuTexRefSetMipmapLevelBias)
UNSUPPORTED(cuTexRefSetMipmapLevelClamp) UNSUPPORTED(cuTexRefSetMipmappedArray)

// Graphics
UNSUPPORTED(cuGLCtxCreate_v2) UNSUPPORTED(cuGLGetDevices_v2) UNSUPPORTED(cuGLInit) UNSUPPORTED(cuGLMapBufferObjectAsync_v2)
UNSUPPORTED(cuGLMapBufferObject_v2) UNSUPPORTED(cuGLRegisterBufferObject) UNSUPPORTED(cuGLSetBufferObjectMapFlags)
UNSUPPORTED(cuGLUnmapBufferObject) UNSUPPORTED(cuGLUnmapBufferObjectAsync) UNSUPPORTED(cuGLUnregisterBufferObject)
UNSUPPORTED(cuGraphicsGLRegisterBuffer) UNSUPPORTED(cuGraphicsGLRegisterImage) UNSUPPORTED(cuGraphicsMapResources)
UNSUPPORTED(cuGraphicsResourceGetMappedMipmappedArray) UNSUPPORTED(cuGraphicsResourceGetMappedPointer_v2)
UNSUPPORTED(cuGraphicsResourceSetMapFlags_v2) UNSUPPORTED(cuGraphicsSubResourceGetMappedArray)
UNSUPPORTED(cuGraphicsUnmapResources) UNSUPPORTED(cuGraphicsUnregisterResource)

// Graphs built or changed by hand
UNSUPPORTED(cuGraphAddChildGraphNode) UNSUPPORTED(cuGraphAddDependencies) UNSUPPORTED(cuGraphAddEmptyNode)
UNSUPPORTED(cuGraphAddEventRecordNode) UNSUPPORTED(cuGraphAddEventWaitNode) UNSUPPORTED(cuGraphAddHostNode)
UNSUPPORTED(cuGraphAddKernelNode_v2) UNSUPPORTED(cuGraphAddMemcpyNode) UNSUPPORTED(cuGraphAddMemsetNode)
UNSUPPORTED(cuGraphChildGraphNodeGetGraph) UNSUPPORTED(cuGraphDestroyNode) UNSUPPORTED(cuGraphEventRecordNodeGetEvent)
UNSUPPORTED(cuGraphEventRecordNodeSetEvent) UNSUPPORTED(cuGraphEventWaitNodeGetEvent)
UNSUPPORTED(cuGraphEventWaitNodeSetEvent) UNSUPPORTED(cuGraphExecChildGraphNodeSetParams)
UNSUPPORTED(cuGraphExecEventRecordNodeSetEvent) UNSUPPORTED(cuGraphExecEventWaitNodeSetEvent)
UNSUPPORTED(cuGraphExecHostNodeSetParams) UNSUPPORTED(cuGraphExecKernelNodeSetParams_v2)
UNSUPPORTED(cuGraphExecMemcpyNodeSetParams) UNSUPPORTED(cuGraphExecMemsetNodeSetParams) UNSUPPORTED(cuGraphGetEdges)
UNSUPPORTED(cuGraphGetRootNodes) UNSUPPORTED(cuGraphHostNodeGetParams) UNSUPPORTED(cuGraphHostNodeSetParams)
UNSUPPORTED(cuGraphKernelNodeCopyAttributes) UNSUPPORTED(cuGraphKernelNodeGetAttribute)
UNSUPPORTED(cuGraphKernelNodeGetParams_v2) UNSUPPORTED(cuGraphKernelNodeSetAttribute)
UNSUPPORTED(cuGraphKernelNodeSetParams_v2) UNSUPPORTED(cuGraphMemcpyNodeGetParams) UNSUPPORTED(cuGraphMemcpyNodeSetParams)
UNSUPPORTED(cuGraphMemsetNodeGetParams) UNSUPPORTED(cuGraphNodeFindInClone) UNSUPPORTED(cuGraphNodeGetDependencies)
UNSUPPORTED(cuGraphNodeGetDependentNodes) UNSUPPORTED(cuGraphRemoveDependencies)

// Memory pools, virtual and managed memory, other processes and devices
UNSUPPORTED(cuCtxDisablePeerAccess) UNSUPPORTED(cuCtxEnablePeerAccess) UNSUPPORTED(cuDeviceGetP2PAttribute)
UNSUPPORTED(cuIpcCloseMemHandle) UNSUPPORTED(cuIpcGetEventHandle) UNSUPPORTED(cuIpcGetMemHandle)
UNSUPPORTED(cuIpcOpenEventHandle) UNSUPPORTED(cuIpcOpenMemHandle_v2) UNSUPPORTED(cuMemAddressFree)
UNSUPPORTED(cuMemAddressReserve) UNSUPPORTED(cuMemAdvise) UNSUPPORTED(cuMemAllocAsync) UNSUPPORTED(cuMemAllocFromPoolAsync)
UNSUPPORTED(cuMemAllocManaged) UNSUPPORTED(cuMemAllocPitch_v2) UNSUPPORTED(cuMemCreate)
UNSUPPORTED(cuMemExportToShareableHandle) UNSUPPORTED(cuMemFreeAsync) UNSUPPORTED(cuMemGetAccess)
UNSUPPORTED(cuMemGetAllocationGranularity) UNSUPPORTED(cuMemGetAllocationPropertiesFromHandle)
UNSUPPORTED(cuMemImportFromShareableHandle) UNSUPPORTED(cuMemMap) UNSUPPORTED(cuMemPoolCreate) UNSUPPORTED(cuMemPoolDestroy)
UNSUPPORTED(cuMemPoolTrimTo) UNSUPPORTED(cuMemPrefetchAsync) UNSUPPORTED(cuMemRangeGetAttribute)
UNSUPPORTED(cuMemRangeGetAttributes) UNSUPPORTED(cuMemRelease) UNSUPPORTED(cuMemRetainAllocationHandle)
UNSUPPORTED(cuMemSetAccess) UNSUPPORTED(cuMemUnmap) UNSUPPORTED(cuMemcpy3DAsync_v2) UNSUPPORTED(cuMemcpy3DPeer)
UNSUPPORTED(cuMemcpy3DPeerAsync) UNSUPPORTED(cuMemcpy3D_v2) UNSUPPORTED(cuMemcpyPeer) UNSUPPORTED(cuMemcpyPeerAsync)
UNSUPPORTED(cuPointerGetAttributes) UNSUPPORTED(cuPointerSetAttribute) UNSUPPORTED(cuStreamAttachMemAsync)

// Deprecated and cooperative launches
UNSUPPORTED(cuFuncSetBlockShape) UNSUPPORTED(cuFuncSetSharedMemConfig) UNSUPPORTED(cuFuncSetSharedSize) UNSUPPORTED(cuLaunch)
UNSUPPORTED(cuLaunchCooperativeKernel) UNSUPPORTED(cuLaunchCooperativeKernelMultiDevice) UNSUPPORTED(cuLaunchGrid)
UNSUPPORTED(cuLaunchGridAsync) UNSUPPORTED(cuParamSetSize) UNSUPPORTED(cuParamSetf) UNSUPPORTED(cuParamSeti)
UNSUPPORTED(cuParamSetv)

// The rest
UNSUPPORTED(cuCtxAttach) UNSUPPORTED(cuCtxDetach) UNSUPPORTED(cuCtxGetCacheConfig) UNSUPPORTED(cuCtxGetId)
UNSUPPORTED(cuCtxGetLimit) UNSUPPORTED(cuCtxGetSharedMemConfig) UNSUPPORTED(cuCtxSetLimit)
UNSUPPORTED(cuCtxSetSharedMemConfig) UNSUPPORTED(cuDeviceGetByPCIBusId) UNSUPPORTED(cuDeviceGetProperties)
UNSUPPORTED(cuDeviceGetTexture1DLinearMaxWidth) UNSUPPORTED(cuLinkAddData_v2) UNSUPPORTED(cuLinkAddFile_v2)
UNSUPPORTED(cuLinkComplete) UNSUPPORTED(cuLinkCreate_v2) UNSUPPORTED(cuLinkDestroy)
UNSUPPORTED(cuOccupancyAvailableDynamicSMemPerBlock) UNSUPPORTED(cuOccupancyMaxPotentialBlockSize)
UNSUPPORTED(cuOccupancyMaxPotentialBlockSizeWithFlags) UNSUPPORTED(cuProfilerInitialize) UNSUPPORTED(cuProfilerStart)
UNSUPPORTED(cuProfilerStop) UNSUPPORTED(cuStreamCopyAttributes) UNSUPPORTED(cuStreamGetAttribute)
UNSUPPORTED(cuStreamSetAttribute) UNSUPPORTED(cuStreamWaitValue32_v2) UNSUPPORTED(cuStreamWaitValue64_v2)
UNSUPPORTED(cuStreamWriteValue32_v2) UNSUPPORTED(cuStreamWriteValue64_v2)

    // clang-format on
