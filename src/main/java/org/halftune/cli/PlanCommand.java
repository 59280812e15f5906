package org.halftune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.halftune.backend.Backend;
import org.halftune.backend.cost.CostBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.console.Terminal;
import org.halftune.data.ModelLimits;
import org.halftune.files.AtomicFile;
import org.halftune.hft.Selection;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.plan.ForecastJson;
import org.halftune.plan.ForecastText;
import org.halftune.plan.Forecasts;
import org.halftune.plan.Gpu;
import org.halftune.plan.Rates;
import org.halftune.plan.RatesNote;
import org.halftune.plan.ReferenceForecast;
import org.halftune.plan.StepKind;
import org.halftune.plan.TrainingForecast;
import org.halftune.plan.TrainingShape;
import org.halftune.pretrained.ConfigFile;
import org.halftune.pretrained.OutputFolder;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.NoEffect;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.memory.MemoryCheck;
import org.jspecify.annotations.Nullable;

/**
 * {@code halftune plan}: predicts memory and step time of FFT and HFT, and compares the memory with the device's. Reads no
 * weights, allocates nothing on the device and computes nothing there.
 */
final class PlanCommand implements Command {
    private static final String FILE = "plan.json";

    private static final Gpu ASSUMED = Gpu.H100;

    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private final MachineFlags machine = new MachineFlags();
    private final PlanMemory memory = new PlanMemory(form);
    private final PlanGem gem = new PlanGem();
    private final PlanDpo dpo = new PlanDpo();
    private @Nullable Gpu gpu;

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public String summary() {
        return "predict the memory and step time of a run, for FFT and HFT";
    }

    @Override
    public String positional() {
        return "model_name_or_path";
    }

    @Override
    public String notes() {
        return """
                Times are predictions. docs/performance.md explains the model and compares it with measurements on an H200.
                Examples:
                  halftune plan llama-3.2-1b --gpu h100 --max_length 2048 --per_device_train_batch_size 4
                  halftune plan llama-3.2-1b --gpu h200 --max_length 2048 --per_device_train_batch_size 4 --memory cards
                  halftune plan llama-3.2-1b --gpu h100 --max_length 512 --gem_tasks 8
                  halftune plan llama-3.2-1b --gpu h100 --dpo
                  halftune plan llama-3.2-1b --device cpu
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        var training = new TrainingFlags(form);
        return List.of(
                FlagGroup.of(
                        "What",
                        Flag.path(
                                "model_name_or_path",
                                "PATH",
                                v -> form.modelNameOrPath = v,
                                "model folder, or a config.json; weights are not read"),
                        training.maxLength(),
                        training.outputDir("write all numbers to " + FILE + " in this folder")),
                new SelectionFlags(form).group(),
                FlagGroup.of(
                        "Steps",
                        training.trainBatchSize(),
                        training.accumulationSteps(),
                        training.gradientCheckpointing(),
                        training.recompute(),
                        training.momentsDtype(),
                        training.masters(),
                        training.weightRounding()),
                dpo.group(),
                gem.group(),
                FlagGroup.of(
                        "Machine",
                        machine.device(),
                        Flag.text(
                                "gpu",
                                String.join("|", Gpu.words()),
                                "",
                                value -> gpu = Gpu.ofWord(value)
                                        .orElseThrow(() -> Flag.refused(
                                                "gpu",
                                                value,
                                                "choose from " + String.join(", ", Gpu.words())
                                                        + "; for another card take one of its generation, and give the card's"
                                                        + " own memory: --memory 24GB")),
                                "GPU to plan for, if it is not in this machine [this machine's GPU, or "
                                        + ASSUMED.word() + "]"),
                        memory.flag(),
                        training.seed()));
    }

    @Override
    public Map<String, NoEffect> withoutEffect() {
        return dpo.withoutEffect();
    }

    /** The device that the plan is for. */
    private record Site(
            String name, long available, Optional<Gpu> gpu, List<Recomputation> ladder, List<String> notes) {}

    /** @param ways what to change if nothing fits in the requested memory; may be empty */
    private record Planned(Forecasts forecasts, String ways) {}

    @Override
    public int run(Terminal terminal) {
        var path =
                Required.path(form.modelNameOrPath, "model_name_or_path", "name a model folder: halftune plan FOLDER");
        var output = form.outputDir;
        if (output != null) OutputFolder.checkWritable(output);
        var config = config(path);
        var batching = form.batching();
        var shape = new TrainingShape(
                config,
                batching.trainBatchSize(),
                form.maxLength.within(new ModelLimits(config.vocabSize(), config.maxPositions())),
                batching.accumulationSteps(),
                form.optimizing().adamW(form.seed),
                kind(config));
        var selections = selections(config);
        var planned = isCpu() ? onProcessor(path, shape, selections) : onGpu(path, shape, selections);
        var forecasts = planned.forecasts();
        terminal.out().print(ForecastText.render(forecasts, terminal.columns()));
        terminal.out().print(planned.ways());
        if (output != null) {
            AtomicFile.makeFolder(output);
            var file = output.resolve(FILE);
            AtomicFile.write(file, ForecastJson.of(forecasts));
            terminal.out().println("\nwrote " + file);
        }
        return 0;
    }

    private StepKind kind(LlamaConfig config) {
        var memories = gem.memories();
        var preferences = dpo.kind(config);
        if (preferences.isPresent() && memories.count() > 0) {
            throw new InputError(
                    "--dpo and --gem_tasks cannot be combined: memories constrain supervised training only",
                    "",
                    "leave one of them out");
        }
        return preferences.orElse(new StepKind.Supervised(memories));
    }

    /** @param path a folder, or its config.json */
    static LlamaConfig config(Path path) {
        var file = Files.isDirectory(path) ? path.resolve(ConfigFile.NAME) : path;
        if (!Files.exists(path)) {
            throw new InputError(
                    "the model folder does not exist",
                    path.toString(),
                    "name a folder in Hugging Face format, or its config.json");
        }
        return ConfigFile.read(file).config();
    }

    /** FFT, and HFT with the selection that the flags ask for. */
    private Map<String, Selection> selections(LlamaConfig config) {
        var selections = new LinkedHashMap<String, Selection>();
        selections.put("FFT", Selection.full(config));
        if (form.method == Method.HFT) selections.put("HFT", TrainingInputs.planned(form.selecting(), config));
        return selections;
    }

    /** A plan does not read source data. */
    private List<String> ofSelection() {
        if (form.method != Method.HFT || form.selecting().unscored().isEmpty()) return List.of();
        return List.of(
                "A plan does not score the matrices: HFT is shown with the lower layers, which need the most memory of"
                        + " all selections by importance. The run also scores once, before its first step.");
    }

    private boolean isCpu() {
        boolean cpu = machine.choice() instanceof DeviceChoice.Cpu;
        if (cpu && gpu != null) {
            throw new InputError("--device cpu and --gpu cannot be combined", "", "leave one of them out");
        }
        return cpu;
    }

    private Planned onProcessor(Path model, TrainingShape shape, Map<String, Selection> selections) {
        try (var backend = machine.open(0, _ -> {})) {
            long available = MemoryCheck.available(backend);
            var methods = new LinkedHashMap<String, TrainingForecast>();
            selections.forEach((method, selection) -> methods.put(
                    method, TrainingForecast.ofMemory(shape, selection, ladder(backend), backend, available)));
            var equal = memory.compare(shape, selections, ladder(backend), backend, available, Optional.empty());
            var notes = new ArrayList<>(List.of("Step time is not predicted for the CPU."));
            notes.addAll(PlanDpo.notes(shape.kind(), OptionalDouble.empty()));
            notes.addAll(ofSelection());
            return new Planned(
                    new Forecasts(
                            model.toString(),
                            shape,
                            Forecasts.CPU,
                            available,
                            Optional.empty(),
                            methods,
                            OptionalDouble.empty(),
                            equal,
                            memory.asked(),
                            notes),
                    equal.map(found -> memory.ways(found, shape, backend)).orElse(""));
        }
    }

    private Planned onGpu(Path model, TrainingShape shape, Map<String, Selection> selections) {
        var place = place();
        var rated = place.gpu().orElse(ASSUMED);
        var rates = Rates.of(rated);
        var device = new TrainingForecast.Target() {
            @Override
            public CostBackend open() {
                return new CudaCostModel(place.available());
            }

            @Override
            public long available() {
                return place.available();
            }
        };
        var methods = new LinkedHashMap<String, TrainingForecast>();
        selections.forEach((method, selection) ->
                methods.put(method, TrainingForecast.of(shape, selection, place.ladder(), device, rated, rates)));
        try (var backend = device.open()) {
            var clock = Optional.of(TrainingForecast.clock(device, rated, rates));
            var equal = memory.compare(shape, selections, place.ladder(), backend, place.available(), clock);
            var precomputing = shape.kind() instanceof StepKind.Preferences
                    ? OptionalDouble.of(ReferenceForecast.secondsOfPair(shape, device, rated, rates))
                    : OptionalDouble.empty();
            var notes = new ArrayList<>(place.notes());
            notes.addAll(PlanDpo.notes(shape.kind(), precomputing));
            notes.addAll(ofSelection());
            equal.ifPresent(found -> notes.addAll(memory.notes(found, rated.title())));
            notes.add(RatesNote.of(rated, rates));
            return new Planned(
                    new Forecasts(
                            model.toString(),
                            shape,
                            place.name(),
                            place.available(),
                            Optional.of(rated),
                            methods,
                            precomputing,
                            equal,
                            memory.asked(),
                            notes),
                    equal.map(found -> memory.ways(found, shape, backend)).orElse(""));
        }
    }

    /** The GPU named by --gpu, else this machine's, else an assumed one with a note that says so. */
    private Site place() {
        var named = gpu;
        if (named != null) return elsewhere(named, List.of());
        try (var backend = open()) {
            var known = Gpu.ofDeviceName(backend.description());
            var notes = known.isPresent()
                    ? List.<String>of()
                    : List.of("Halftune has no rates for this GPU: times are those of an " + ASSUMED.title()
                            + ". Choose another with --gpu.");
            return new Site(backend.description(), MemoryCheck.available(backend), known, ladder(backend), notes);
        } catch (InputError e) {
            if (!(machine.choice() instanceof DeviceChoice.Auto)) throw e;
            return elsewhere(
                    ASSUMED,
                    List.of("This machine has no usable GPU (" + e.what() + "), so the plan is for an "
                            + ASSUMED.title() + ". Choose another with --gpu, or use --device cpu."));
        }
    }

    private CudaBackend open() {
        int index = machine.choice() instanceof DeviceChoice.Cuda(int chosen) ? chosen : 0;
        return CudaBackend.open(index);
    }

    private Site elsewhere(Gpu there, List<String> notes) {
        long available = there.availableBytes();
        try (var costs = new CudaCostModel(available)) {
            return new Site(there.title(), available, Optional.of(there), ladder(costs), notes);
        }
    }

    /** The level given by {@code --recompute}, or all that the device may use. */
    private List<Recomputation> ladder(Backend backend) {
        return form.recomputation().map(List::of).orElseGet(() -> MemoryCheck.ladder(backend));
    }
}
