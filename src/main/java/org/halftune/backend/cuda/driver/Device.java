package org.halftune.backend.cuda.driver;

/**
 * A GPU as the driver describes it.
 *
 * @param index its place in the driver's count, from 0
 * @param major compute capability 9.0: 9
 * @param minor compute capability 9.0: 0
 * @param totalBytes its memory
 * @param multiprocessors how many blocks run truly side by side, at least
 * @param sharedBytesPerBlock shared memory that a block may have when its kernel asks for it
 * @param driverVersion the newest CUDA that the driver supports: 12040 is 12.4
 */
public record Device(
        int index,
        String name,
        int major,
        int minor,
        long totalBytes,
        int multiprocessors,
        int sharedBytesPerBlock,
        int driverVersion) {

    /** {@code sm_90}. */
    public String architecture() {
        return "sm_" + major + minor;
    }

    /** {@code 12.4}. */
    public String driver() {
        return Driver.versionName(driverVersion);
    }
}
