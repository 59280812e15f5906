package org.halftune.backend.cuda;

import org.halftune.backend.Backend;
import org.halftune.backend.OpSuite;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** Every op of the CUDA backend against double references, with the threads of a block in several orders. */
@OnCudaOnCpu
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
            CudaOnCpu.reset();
            CudaOnCpu.set("order", order);
            CudaOnCpu.set("copies", copies);
            return CudaBackend.open(0);
        }

        @Override
        public int headSizeMultiple() {
            return 8;
        }

        @AfterAll
        static void usualOrder() {
            CudaOnCpu.reset();
        }
    }

    @Nested
    class Forward extends InSomeOrder {
        Forward() {
            super("forward", "late");
        }
    }

    /** Asynchronous copies arrive at once: whoever overwrites what is still to be read is seen here. */
    @Nested
    class Reverse extends InSomeOrder {
        Reverse() {
            super("reverse", "early");
        }
    }

    @Nested
    class Random extends InSomeOrder {
        Random() {
            super("random", "late");
        }
    }
}
