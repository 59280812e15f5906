package org.halftune.cudaoncpu;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs the emulated driver: its counters, orders or planted faults. It runs in the Java VM that finds it; without
 * the emulation (no g++) it is skipped, on CI (CI=true) it fails. What any device can do is marked {@link OnCuda}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("cuda")
@ExtendWith(EmulationCondition.class)
public @interface OnCudaOnCpu {}
