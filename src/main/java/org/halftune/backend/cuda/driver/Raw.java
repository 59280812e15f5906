package org.halftune.backend.cuda.driver;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUstream;

/**
 * JCuda's pointers and handles with their addresses in sight. JCuda keeps an address in a field that only subclasses may
 * read or set; these do, so that memory of {@code java.lang.foreign} can be handed to JCuda as it is.
 */
public final class Raw {
    private Raw() {}

    /** Host memory, or device memory where JCuda asks for a plain {@link Pointer}, as cuBLAS does. */
    public static Pointer pointer(long address) {
        return new Address(address);
    }

    static CUdeviceptr device(long address) {
        return new DeviceAddress(address);
    }

    private static final class Address extends Pointer {
        Address(long address) {
            super(address);
        }
    }

    private static final class DeviceAddress extends CUdeviceptr {
        DeviceAddress(long address) {
            super(new CUdeviceptr(), address); // no constructor takes an address, but one takes an offset from null
        }
    }

    /** What {@code cuMemAlloc} fills. */
    static final class Allocated extends CUdeviceptr {
        public long address() {
            return getNativePointer();
        }
    }

    /** What {@code cuMemHostAlloc} fills. */
    static final class Pinned extends Pointer {
        public long address() {
            return getNativePointer();
        }
    }

    public static final class Stream extends CUstream {
        public long address() {
            return getNativePointer();
        }
    }

    public static final class Function extends CUfunction {
        public long address() {
            return getNativePointer();
        }
    }
}
