package org.halftune.cudaoncpu;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs the emulated driver: its counters, orders or planted faults. It runs in the Java VM that loads it. Without
 * the emulation (no g++) it is skipped, with CI=true it fails. Tests for any device are marked {@link OnCuda}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("cuda")
@ExtendWith(EmulationCondition.class)
public @interface OnCudaOnCpu {}
