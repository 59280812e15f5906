package org.halftune.cli;

import java.util.List;
import org.halftune.console.Table;
import org.halftune.console.Terminal;

/** {@code halftune doctor}: checks Java, CPU, memory, native libraries, folders and GPU. */
final class DoctorCommand implements Command {

    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public String summary() {
        return "check this machine: Java, CPU, memory, native libraries, folders, GPU";
    }

    @Override
    public List<FlagGroup> flags() {
        return List.of();
    }

    @Override
    public int run(Terminal terminal) {
        var findings = Diagnosis.all();
        var table = Table.of("", "", "");
        for (var finding : findings) table.row(finding.mark(), finding.subject(), finding.found());
        terminal.out().print(table.render(Integer.MAX_VALUE));
        var needed = findings.stream().filter(DoctorLine::blocks).toList();
        terminal.out().println();
        if (needed.isEmpty()) {
            boolean gpu = findings.stream()
                    .anyMatch(finding -> finding.level() == DoctorLine.Level.FINE
                            && finding.subject().equals("CUDA engine"));
            terminal.out().println("ready to train on " + (gpu ? "the GPU and the CPU" : "the CPU"));
            return 0;
        }
        terminal.out().println("not ready; to fix:");
        for (var finding : needed) terminal.out().println("  " + finding.subject() + ": " + finding.fix());
        return 1;
    }
}
