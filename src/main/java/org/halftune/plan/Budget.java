package org.halftune.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.halftune.train.memory.MemoryBudget;

/**
 * A memory budget of a plan.
 *
 * @param title as shown, {@code 24 GB}
 * @param bytes that the training may use
 * @param card whether it is a common card size, not an amount given by the user
 */
public record Budget(String title, long bytes, boolean card) {
    /** The word for {@link #CARDS} on the command line. */
    public static final String CARDS_WORD = "cards";

    /**
     * Common card sizes, in 10⁹ bytes. A card has a few percent more, about what a driver and a desktop use.
     */
    public static final List<Budget> CARDS = IntStream.of(8, 12, 16, 24, 40, 48, 80, 141)
            .mapToObj(gigabytes -> new Budget(gigabytes + " GB", gigabytes * 1_000_000_000L, true))
            .toList();

    /**
     * Parses amounts and {@value #CARDS_WORD}, separated by commas.
     *
     * @param available bytes available on the device, for {@code auto}
     * @throws org.halftune.problem.InputError if an item is invalid
     */
    public static List<Budget> parse(String list, long available) {
        var budgets = new ArrayList<Budget>();
        Arrays.stream(list.split(",", -1)).map(String::strip).forEach(word -> {
            if (word.equalsIgnoreCase(CARDS_WORD)) budgets.addAll(CARDS);
            else budgets.add(of(MemoryBudget.parse(word), available));
        });
        return budgets;
    }

    private static Budget of(MemoryBudget budget, long available) {
        return new Budget(
                switch (budget) {
                    case MemoryBudget.Auto _ -> ForecastFigures.gigabytes(available) + " GB";
                    case MemoryBudget.Amount amount -> spaced(amount.text());
                },
                budget.bytesOf(available),
                false);
    }

    /** {@code 24gib} as {@code 24 GiB}. */
    private static String spaced(String amount) {
        var unit = amount.replaceAll("[\\d.\\s]", "");
        return amount.substring(0, amount.length() - unit.length()).strip() + " "
                + unit.toUpperCase(Locale.ROOT).replace("IB", "iB");
    }
}
