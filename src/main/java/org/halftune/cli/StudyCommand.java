package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.console.Terminal;
import org.halftune.report.study.StudyResult;
import org.halftune.study.Machine;
import org.halftune.study.StudyFile;
import org.halftune.study.StudyRun;
import org.halftune.train.Interrupts;
import org.halftune.train.StopSignal;
import org.jspecify.annotations.Nullable;

/** {@code halftune study}: methods × tasks × learning rates × seeds, with intervals and tests. */
final class StudyCommand implements Command {
    private @Nullable Path file;
    private Path outputDir = Path.of("study");
    private boolean reportOnly;
    private boolean plain;
    private int threads;
    private int parallel;
    private final MachineFlags machine = new MachineFlags();

    @Override
    public String name() {
        return "study";
    }

    @Override
    public String summary() {
        return "train methods on tasks at several learning rates and seeds; means, intervals, tests and charts";
    }

    @Override
    public String positional() {
        return "study";
    }

    @Override
    public String notes() {
        return """
                The study file is YAML: tasks, methods, learning_rate, max_steps, seeds, and flags of halftune train. Each finished
                cell (task, method, learning rate, steps, seed) is kept in cells.jsonl of the output folder: the same command
                continues after an interruption, and after a change of the file it trains only what is new. Examples:
                  halftune study benchmarks/study/forgetting.yaml --output_dir forgetting
                  halftune study benchmarks/study/forgetting.yaml --output_dir forgetting --report_only
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        return List.of(
                FlagGroup.of(
                        "What",
                        Flag.path("study", "FILE", v -> file = v, "the study file (YAML)"),
                        Flag.path(
                                "output_dir",
                                "FOLDER",
                                v -> outputDir = v,
                                "folder for cells.jsonl, study.json, study.md and report.html [study]"),
                        Flag.toggle(
                                "report_only",
                                v -> reportOnly = v,
                                "report the cells that are finished, without training; also while the study runs")),
                FlagGroup.of(
                        "Machine",
                        machine.device(),
                        machine.dtype(),
                        Flag.integer(
                                "parallel",
                                null,
                                v -> {
                                    Required.atLeast(1, v, "parallel");
                                    parallel = v;
                                },
                                "cells at the same time [CPU: cores / threads; GPU: 1]. No result depends on it"),
                        Flag.integer(
                                "threads",
                                null,
                                v -> {
                                    Required.atLeast(1, v, "threads");
                                    threads = v;
                                },
                                "CPU threads of a cell [1]"),
                        Flag.toggle("disable_tqdm", v -> plain = v, "no progress bar")));
    }

    @Override
    public int run(Terminal terminal) {
        var path = Required.path(file, "study", "name a study file, such as benchmarks/study/forgetting.yaml");
        var study = StudyFile.read(path, new StudyTraining(outputDir));
        var files = new StudyFiles(outputDir);
        files.check();
        int cellThreads = threads > 0 ? threads : study.threads().orElse(1);
        var atOnce = parallel > 0 ? OptionalInt.of(parallel) : study.parallel();
        var result = result(study, cellThreads, atOnce, terminal);
        if (result.isEmpty()) return Interrupts.EXIT_CODE;
        files.write(result.get(), terminal);
        return 0;
    }

    private Optional<StudyResult> result(StudyFile study, int cellThreads, OptionalInt atOnce, Terminal terminal) {
        try (var console = new StudyConsole(terminal, !plain)) {
            console.notice("study: " + study.design().title());
            study.notices().forEach(console::notice);
            var on = new Machine(devices(machine, cellThreads, console.beforeWork()), cellThreads, atOnce);
            if (!reportOnly) return new StudyLaunch(study.design(), outputDir, console).run(on);
            return Optional.of(new StudyRun(study.design(), outputDir, on, console, new StopSignal()).report());
        }
    }

    /** Opens backends; only the first prints what was chosen. */
    static Supplier<Backend> devices(MachineFlags machine, int threads, Notices notices) {
        var first = new AtomicBoolean(true);
        return () -> {
            boolean tells = first.getAndSet(false);
            return machine.open(threads, line -> {
                if (tells) notices.add(line);
            });
        };
    }
}
