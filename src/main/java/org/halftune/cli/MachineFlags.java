package org.halftune.cli;

import java.util.function.IntConsumer;
import org.halftune.problem.InputError;

/** Flags about the machine that every computing command takes. */
final class MachineFlags {
    private MachineFlags() {}

    /** Only the CPU can be had; asking for a GPU is an error, never a silent change. */
    static Flag device() {
        return Flag.text(
                "device",
                "auto|cpu",
                "auto",
                value -> {
                    if (value.matches("cuda(:\\d+)?")) {
                        throw new InputError(
                                "--device " + value + ": this version has no CUDA engine yet", "", "use --device cpu");
                    }
                    if (!value.equals("auto") && !value.equals("cpu")) {
                        throw Flag.refused("device", value, "choose from auto, cpu");
                    }
                },
                "where to compute; auto takes the CPU, the only engine of this version");
    }

    static Flag dtype() {
        return Flag.text(
                "dtype",
                "float32",
                "float32",
                value -> {
                    if (!value.equals("float32") && !value.equals("auto")) {
                        throw Flag.refused("dtype", value, "the CPU computes in float32; see --save_dtype for files");
                    }
                },
                "element type of computation");
    }

    static Flag threads(IntConsumer setter) {
        IntConsumer checked = count -> {
            Required.atLeast(1, count, "threads");
            setter.accept(count);
        };
        return Flag.integer("threads", null, checked, "processor threads [all cores]");
    }
}
