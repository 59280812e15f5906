package org.halftune.backend.cuda.image;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/** The forms kernels come in, best first: ready to run; translated by the driver; compiled on this machine. */
enum KernelForm {
    /** Loads without compilation; the register table was made from it. */
    DEVICE_CODE,
    /** For devices newer or older than those of the device code. */
    PTX,
    /** For kernels that were changed where there is no nvcc. */
    NVRTC;

    static final String VARIABLE = "HALFTUNE_KERNELS";

    /** The forms to try: all of them, or the one that the variable's value names, for comparing forms on a device. */
    static Set<KernelForm> allowed(@Nullable String value) {
        if (value == null || value.isBlank()) return EnumSet.allOf(KernelForm.class);
        var names = Arrays.stream(values()).map(KernelForm::word).toList();
        int index = names.indexOf(value.strip().toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw new InputError("unknown form of kernels: " + value, VARIABLE, "one of " + String.join(", ", names));
        }
        return EnumSet.of(values()[index]);
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
