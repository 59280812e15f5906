package org.halftune.backend.cuda.launch;

/** Computes what a launch costs. Only a sink that counts calls it: on a device a launch does no such arithmetic. */
@FunctionalInterface
public interface LaunchCost {

    /** @param contents the integers in device memory: ids, rows and targets decide how much some kernels do */
    Cost of(DeviceContents contents);
}
