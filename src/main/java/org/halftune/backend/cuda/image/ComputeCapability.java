package org.halftune.backend.cuda.image;

/** The generation of a GPU and its place in it, which say what code it runs: 9.0 is an H100. */
record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability> {

    /** Tensor cores for bfloat16 and asynchronous copies: the kernels need both. */
    static final ComputeCapability LEAST = new ComputeCapability(8, 0);

    /** Of an architecture as compilers number it: 90 is 9.0, 120 is 12.0. */
    static ComputeCapability ofArchitecture(int number) {
        return new ComputeCapability(number / 10, number % 10);
    }

    /** Device code runs in its own generation, on devices at least as new as the one it was made for. */
    boolean runs(ComputeCapability code) {
        return code.major == major && code.minor <= minor;
    }

    /** What compilers call its device code: {@code sm_90}. */
    String real() {
        return "sm_" + major + minor;
    }

    /** What compilers call the PTX that every device from here on can translate: {@code compute_90}. */
    String virtual() {
        return "compute_" + major + minor;
    }

    @Override
    public int compareTo(ComputeCapability other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
