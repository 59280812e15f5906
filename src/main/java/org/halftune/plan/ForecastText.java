package org.halftune.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Phase;
import org.halftune.console.Amounts;
import org.halftune.console.Table;
import org.halftune.model.Recomputation;
import org.halftune.train.memory.MemoryPlan;

/** {@link Forecasts} for the terminal. */
public final class ForecastText {
    /** Kernels below this fraction of the step time are combined into one row. */
    private static final double SMALL = 0.005;

    private final Forecasts forecasts;
    private final int columns;

    private ForecastText(Forecasts forecasts, int columns) {
        this.forecasts = forecasts;
        this.columns = columns;
    }

    public static String render(Forecasts forecasts, int columns) {
        return new ForecastText(forecasts, columns).text();
    }

    private String text() {
        var shape = forecasts.shape();
        var text = new StringBuilder();
        text.append("Prediction for ")
                .append(forecasts.model())
                .append(" on ")
                .append(forecasts.device())
                .append('\n');
        text.append(wrapped(step(shape)));
        if (!forecasts.asked()) appendForecasts(text);
        forecasts
                .equalMemory()
                .ifPresent(equal ->
                        text.append(EqualMemoryText.render(equal, shape.kind().row(), columns)));
        text.append('\n');
        for (var note : forecasts.notes()) text.append(wrapped(note));
        return text.toString();
    }

    private static String step(TrainingShape shape) {
        return "step: " + Amounts.counted(shape.stepTokens(), "token") + ", "
                + (shape.batches() > 1 ? Amounts.exact(shape.batches()) + " batches of " : "")
                + shape.kind().counted(shape.rows(), shape.rowTokens())
                + beside(shape) + ", without padding";
    }

    /** What a step reads or runs beside its rows. */
    private static String beside(TrainingShape shape) {
        return switch (shape.kind()) {
            case StepKind.Supervised(var memories) -> memories(memories.count(), shape.memoryRows());
            case StepKind.Preferences(var reference) ->
                switch (reference) {
                    case SHARED -> " (DPO, the reference is the base model)";
                    case OTHER -> " (DPO, the reference is another model)";
                    case PRECOMPUTED -> " (DPO, the reference ran before the first step)";
                };
        };
    }

    private static String memories(int count, int rows) {
        if (count == 0) return "";
        return ", and " + Amounts.counted(rows, "row") + " of "
                + (count == 1 ? "the memory" : "each of " + count + " memories") + " (GEM, task " + (count + 1) + ")";
    }

    /** Memory, step time and kernels for the requested batches. */
    private void appendForecasts(StringBuilder text) {
        text.append("\nMemory in GB, ")
                .append(ForecastFigures.gigabytes(forecasts.available()))
                .append(" available\n")
                .append(memory().render(columns))
                .append(taken());
        if (steps().size() == forecasts.methods().size()) {
            text.append("\nStep\n").append(step().render(columns));
            steps().forEach((method, step) -> text.append("\n")
                    .append(method)
                    .append(": where the time goes\n")
                    .append(kernels(step).render(columns)));
        }
    }

    private Map<String, StepForecast> steps() {
        var steps = new LinkedHashMap<String, StepForecast>();
        forecasts.methods().forEach((method, forecast) -> forecast.step().ifPresent(step -> steps.put(method, step)));
        return steps;
    }

    /** A column for each method: by category for the chosen recomputation, and the total for each level. */
    private Table memory() {
        var table = Table.of(header());
        for (var category : MemoryCategory.values()) {
            boolean none = forecasts.methods().values().stream()
                    .allMatch(forecast -> plan(forecast).bytes().getOrDefault(category, 0L) == 0);
            if (none) continue;
            table.row(row(
                    category.name().toLowerCase(Locale.ROOT),
                    forecast -> ForecastFigures.gigabytes(plan(forecast).bytes().getOrDefault(category, 0L))));
        }
        table.line();
        for (var rung : rungs()) {
            table.row(row("total, --recompute " + word(rung), forecast -> {
                var plan = forecast.memory().get(rung);
                return plan == null ? "–" : ForecastFigures.gigabytes(plan.total());
            }));
            if (forecasts.methods().values().stream().anyMatch(forecast -> excess(forecast, rung) > 0)) {
                table.row(row("  missing", forecast -> {
                    long excess = excess(forecast, rung);
                    return excess > 0 ? ForecastFigures.gigabytes(excess) : "–";
                }));
            }
        }
        return table;
    }

    /** Bytes missing; 0 if it fits or is not planned. */
    private long excess(TrainingForecast forecast, Recomputation rung) {
        var plan = forecast.memory().get(rung);
        return plan == null ? 0 : Math.max(0, plan.total() - forecasts.available());
    }

    private List<Recomputation> rungs() {
        return forecasts.methods().values().stream()
                .flatMap(forecast -> forecast.memory().keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static MemoryPlan plan(TrainingForecast forecast) {
        var rung = forecast.taken()
                .orElseGet(() -> forecast.memory().keySet().stream()
                        .reduce((_, last) -> last)
                        .orElseThrow());
        return Objects.requireNonNull(forecast.memory().get(rung));
    }

    private String taken() {
        var text = new StringBuilder();
        forecasts
                .methods()
                .forEach((method, forecast) -> text.append(wrapped(method + ": "
                        + forecast.taken()
                                .map(rung -> "--recompute " + word(rung) + " will be used (shown by category)")
                                .orElse(
                                        "does not fit; the categories are those of the smallest. Use smaller batches, freeze more,"
                                                + (forecasts.onCpu()
                                                        ? " or use more memory"
                                                        : " or use a larger GPU")))));
        return text.toString();
    }

    private Table step() {
        var table = Table.of(header());
        table.row(row(
                "trainable parameters",
                f -> Amounts.percent(f.selection().count().share())));
        table.row(row("step time, ms", f -> of(f, s -> ForecastFigures.milliseconds(s.seconds()))));
        for (var phase : Phase.values()) {
            table.row(row(
                    "  " + phase.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    f -> of(f, s -> ForecastFigures.milliseconds(s.phases().getOrDefault(phase, 0.0)))));
        }
        if (forecasts.shape().kind().runsReference()) {
            // With its launches, which no phase includes.
            table.row(row(
                    "step time of the reference, ms",
                    f -> ForecastFigures.milliseconds(f.reference().orElse(0))));
        }
        table.row(row("tokens/s", f -> of(f, s -> Amounts.exact(Math.round(s.tokensPerSecond())))));
        table.row(row("model FLOP utilisation", f -> Amounts.percent(f.utilisation())));
        table.row(row("kernel launches", f -> of(f, s -> Amounts.exact(s.launches()))));
        table.row(row("graph launches", f -> of(f, s -> Amounts.exact(s.graphs()))));
        return table;
    }

    private static String of(TrainingForecast forecast, Function<StepForecast, String> figure) {
        return forecast.step().map(figure).orElse("–");
    }

    private Table kernels(StepForecast step) {
        var table = Table.of("", "launches", "GB", "TFLOP", "ms", "share", "bound by");
        int small = 0;
        long launches = 0, bytes = 0;
        double operations = 0, seconds = 0;
        for (var line : step.lines()) {
            if (line.seconds() < SMALL * step.seconds()) {
                small++;
                launches += line.launches();
                bytes += line.moved();
                operations += line.operations();
                seconds += line.seconds();
            } else {
                row(
                        table,
                        line.name(),
                        line.launches(),
                        line.moved(),
                        line.operations(),
                        line.seconds(),
                        step,
                        line.bound());
            }
        }
        if (small > 0) row(table, small + " others", launches, bytes, operations, seconds, step, "");
        return table;
    }

    private static void row(
            Table table,
            String name,
            long launches,
            long bytes,
            double operations,
            double seconds,
            StepForecast step,
            String bound) {
        table.row(
                name,
                launches,
                ForecastFigures.gigabytes(bytes),
                ForecastFigures.tera(operations),
                ForecastFigures.milliseconds(seconds),
                Amounts.percent(seconds / step.seconds()),
                bound);
    }

    private String[] header() {
        var header = new ArrayList<String>();
        header.add("");
        header.addAll(forecasts.methods().keySet());
        return header.toArray(String[]::new);
    }

    private Object[] row(String name, Function<TrainingForecast, String> figure) {
        var row = new ArrayList<Object>();
        row.add(name);
        forecasts.methods().values().forEach(forecast -> row.add(figure.apply(forecast)));
        return row.toArray();
    }

    private static String word(Recomputation rung) {
        return rung.name().toLowerCase(Locale.ROOT);
    }

    private String wrapped(String note) {
        var text = new StringBuilder();
        int length = 0;
        for (var word : note.split(" ", -1)) {
            if (length + 1 + word.length() > columns && length > 0) {
                text.append('\n');
                length = 0;
            }
            if (length > 0) text.append(' ');
            text.append(word);
            length += word.length() + 1;
        }
        return text.append('\n').toString();
    }
}
