/**
 * What tests ask of CUDA on the CPU (tests/cuda-on-cpu): that it be there, thread orders, counters, planted faults; and its own
 * tests.
 */
package org.halftune.cudaoncpu;
