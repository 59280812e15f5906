package org.halftune.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Renders the help pages: groups of flags in two columns, wrapped to the terminal. */
final class HelpText {
    private static final String HEAD = "Halftune: half fine-tuning (HFT, arXiv 2404.18466) of Llama models on the JVM";
    private static final int WIDEST = 110;
    private static final int LEFT = 36;

    private HelpText() {}

    static String overview(List<Command> commands) {
        var text = new StringBuilder(HEAD)
                .append(
                        "\n\nHFT trains half of each layer's matrices and freezes the other half. This needs less memory and less")
                .append(
                        "\ntime than full fine-tuning (FFT), and the model forgets less.\n\nUsage: halftune COMMAND [FLAGS]\n\n");
        for (var command : commands) text.append("  %-10s %s%n".formatted(command.name(), command.summary()));
        return text.append("""

                halftune COMMAND --help lists a command's flags. Names are those of Hugging Face TRL, and so are most defaults.
                --learning_rate and --learning-rate are the same; --config FILE.yaml reads flags from a file.
                Start with: halftune compare
                """).toString();
    }

    static String of(Command command, List<FlagGroup> groups, int columns) {
        var width = Math.min(WIDEST, columns);
        var bare = command.positional().isEmpty() ? "" : " [" + placeholder(command, groups) + "]";
        var text = new StringBuilder("halftune %s: %s%n%n".formatted(command.name(), command.summary()));
        text.append("Usage: halftune %s%s [FLAGS]%n".formatted(command.name(), bare));
        for (var group : groups) {
            text.append('\n').append(group.heading()).append(":\n");
            for (var flag : group.flags()) append(text, flag, width);
        }
        if (!command.notes().isEmpty())
            text.append('\n').append(command.notes().strip()).append('\n');
        return text.toString();
    }

    private static String placeholder(Command command, List<FlagGroup> groups) {
        return FlagGroup.all(groups).stream()
                .filter(flag -> flag.name().equals(command.positional()))
                .map(Flag::placeholder)
                .findFirst()
                .orElseThrow();
    }

    private static void append(StringBuilder text, Flag flag, int width) {
        // A long list of choices goes into the description, not into the left column.
        var choices = flag.placeholder().length() > 24;
        var placeholder = choices ? "WORD" : flag.placeholder();
        if (flag.arity() == Flag.Arity.MANY) placeholder += "…";
        var left = "  --" + flag.name() + (placeholder.isEmpty() ? "" : " " + placeholder);
        var meaning = flag.meaning() + (choices ? ": " + flag.placeholder().replace("|", ", ") : "");
        if (!flag.aliases().isEmpty()) meaning += " (also --" + String.join(", --", flag.aliases()) + ")";
        if (!flag.fallback().isEmpty()) meaning += " [" + flag.fallback() + "]";
        var lines = wrap(meaning, Math.max(30, width - LEFT - 1));
        if (left.length() > LEFT - 1) text.append(left).append('\n').append(" ".repeat(LEFT));
        else text.append(String.format(Locale.ROOT, "%-" + LEFT + "s", left));
        text.append(String.join("\n" + " ".repeat(LEFT), lines)).append('\n');
    }

    private static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        var line = new StringBuilder();
        for (var word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (!line.isEmpty()) line.append(' ');
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
