package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineFlagsTest {
    private static List<String> notices(int threads) {
        List<String> notices = new ArrayList<>();
        var flags = new MachineFlags();
        flags.device().setter().accept(List.of("cpu"));
        flags.open(threads, notices::add).close();
        return notices;
    }

    @Test
    void moreThreadsThanCoresGiveANotice() {
        int cores = Runtime.getRuntime().availableProcessors();
        assertThat(notices(cores + 1))
                .first()
                .asString()
                .startsWith("--threads " + (cores + 1) + " on " + cores + " core");
        assertThat(notices(cores)).isEmpty();
        assertThat(notices(0)).isEmpty();
    }
}
