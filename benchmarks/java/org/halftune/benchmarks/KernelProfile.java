package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kernels that Nsight Compute saw, in the order of their launches: what {@code ncu --csv --page raw} prints, one kernel a line
 * under a line of names and a line of units. Other lines, such as {@code ==PROF==}, are passed over.
 */
record KernelProfile(List<Launch> launches) {
    static final String TIME = "gpu__time_duration.sum";
    static final String READ = "dram__bytes_read.sum";
    static final String WRITTEN = "dram__bytes_write.sum";

    private static final Map<String, Double> UNITS = Map.ofEntries(
            Map.entry("ns", 1e-9),
            Map.entry("nsecond", 1e-9),
            Map.entry("us", 1e-6),
            Map.entry("usecond", 1e-6),
            Map.entry("ms", 1e-3),
            Map.entry("msecond", 1e-3),
            Map.entry("s", 1.0),
            Map.entry("second", 1.0),
            Map.entry("byte", 1.0),
            Map.entry("Kbyte", 1e3),
            Map.entry("Mbyte", 1e6),
            Map.entry("Gbyte", 1e9));

    /** @param bytes that passed the bus to the device's memory, either way */
    record Launch(String kernel, double seconds, double bytes) {}

    /**
     * Reads what ncu wrote.
     *
     * @throws IllegalArgumentException if a metric or a unit is missing, or a number is none
     */
    static KernelProfile parse(List<String> lines) {
        List<String> names = null;
        List<String> units = null;
        var launches = new ArrayList<Launch>();
        for (var line : lines) {
            if (!line.startsWith("\"")) continue;
            var cells = cells(line);
            if (names == null) names = cells;
            else if (units == null) units = cells;
            else {
                double bytes = value(READ, names, units, cells) + value(WRITTEN, names, units, cells);
                launches.add(new Launch(
                        base(cells.get(column(names, "Kernel Name"))), value(TIME, names, units, cells), bytes));
            }
        }
        if (launches.isEmpty()) throw new IllegalArgumentException("the profile has no kernels");
        return new KernelProfile(launches);
    }

    /**
     * The launches after the last optimizer step but one, the last optimizer step included: one whole step.
     *
     * @return empty if there are not two optimizer steps
     */
    Optional<KernelProfile> lastStep() {
        int last = -1, before = -1;
        for (int i = 0; i < launches.size(); i++) {
            if (!launches.get(i).kernel().startsWith("adamw")) continue;
            before = last;
            last = i;
        }
        return before < 0 ? Optional.empty() : Optional.of(new KernelProfile(launches.subList(before + 1, last + 1)));
    }

    /** Of {@code rope(void *, int)} and {@code void rope<1>(int)}: {@code rope}. */
    private static String base(String name) {
        int end = 0;
        var words = name.startsWith("void ") ? name.substring("void ".length()) : name;
        while (end < words.length() && "(< ".indexOf(words.charAt(end)) < 0) end++;
        return words.substring(0, end);
    }

    private static double value(String metric, List<String> names, List<String> units, List<String> cells) {
        int column = column(names, metric);
        Double scale = scale(units.get(column));
        var number = cells.get(column).replace(",", "");
        if (scale == null) throw new IllegalArgumentException(metric + " has the unit " + units.get(column));
        try {
            return scale * Double.parseDouble(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(metric + " of kernel " + cells.getFirst() + " is " + number, e);
        }
    }

    private static @Nullable Double scale(String unit) {
        return UNITS.get(unit);
    }

    private static int column(List<String> names, String name) {
        int column = names.indexOf(name);
        if (column < 0) throw new IllegalArgumentException("the profile has no column " + name);
        return column;
    }

    /** Every cell is in quotes; a quote inside of one is doubled. */
    private static List<String> cells(String line) {
        var cells = new ArrayList<String>();
        var cell = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && inside && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append(c);
                i++;
            } else if (c == '"') {
                inside = !inside;
            } else if (c == ',' && !inside) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
