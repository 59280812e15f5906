package org.halftune.cudaoncpu;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test for any CUDA device. The build runs it on the emulated driver, also on a machine with a GPU; {@code ./check} of the
 * bundle (tests/gpu) runs it on the machine's GPU.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("cuda")
@ExtendWith(CudaCondition.class)
public @interface OnCuda {}
