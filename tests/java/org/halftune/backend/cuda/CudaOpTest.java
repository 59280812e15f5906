package org.halftune.backend.cuda;

import org.halftune.backend.Backend;
import org.halftune.backend.OpSuite;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/**
 * Every op of the CUDA backend against double references; on the emulation with the threads of a block in several orders.
 */
@OnCuda
class CudaOpTest {

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class InSomeOrder extends OpSuite {
        private final String order;
        private final String copies;

        InSomeOrder(String order, String copies) {
            this.order = order;
            this.copies = copies;
        }

        @Override
        protected Backend open() {
            CudaDevice.usualOrder();
            CudaDevice.order(order, copies);
            return CudaBackend.open(0);
        }

        @Override
        public int headSizeMultiple() {
            return 8;
        }

        @AfterAll
        static void usualOrder() {
            CudaDevice.usualOrder();
        }
    }

    /** The only one on a real device, in whatever order that takes. */
    @Nested
    class Forward extends InSomeOrder {
        Forward() {
            super("forward", "late");
        }
    }

    /** Asynchronous copies arrive immediately, which shows memory that is overwritten before it is read. */
    @Nested
    @OnCudaOnCpu
    class Reverse extends InSomeOrder {
        Reverse() {
            super("reverse", "early");
        }
    }

    @Nested
    @OnCudaOnCpu
    class Random extends InSomeOrder {
        Random() {
            super("random", "late");
        }
    }
}
