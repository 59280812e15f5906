package org.halftune.cudaoncpu;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs on the emulated driver, in the Java VM that finds it. Without the emulation (no g++) it is skipped, on CI
 * (CI=true) it fails.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("cuda")
@ExtendWith(EmulationCondition.class)
public @interface OnCudaOnCpu {}
