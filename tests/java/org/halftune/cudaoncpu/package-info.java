/**
 * CUDA on the CPU (tests/cuda-on-cpu) for Java tests: conditions, thread orders, counters, planted faults; and the emulation's own
 * tests.
 */
package org.halftune.cudaoncpu;
