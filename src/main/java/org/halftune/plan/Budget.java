package org.halftune.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.halftune.train.MemoryBudget;

/**
 * An amount of memory that a training is planned for.
 *
 * @param title as a reader knows it
 * @param bytes that the training may take
 * @param card whether it stands for a kind of card, and was not asked for by its size
 */
public record Budget(String title, long bytes, boolean card) {
    /** Stands for {@link #CARDS} on the command line. */
    public static final String CARDS_WORD = "cards";

    /** Sizes that cards have, as nvidia-smi shows one of each (RTX 4060, 4070, 4080, 4090, A100, L40S, H100, H200), less what a driver takes. */
    public static final List<Budget> CARDS = List.of(
            card(8, 8_188),
            card(12, 12_282),
            card(16, 16_376),
            card(24, Gpu.RTX4090),
            card(40, Gpu.A100_40GB),
            card(48, Gpu.L40S),
            card(80, Gpu.H100),
            card(141, Gpu.H200));

    private static Budget card(int gigabytes, Gpu gpu) {
        return new Budget(gigabytes + " GB", gpu.availableBytes(), true);
    }

    private static Budget card(int gigabytes, long mebibytes) {
        return new Budget(gigabytes + " GB", (mebibytes << 20) - Gpu.DRIVER_BYTES, true);
    }

    /**
     * Amounts and {@value #CARDS_WORD}, separated by commas, in their order.
     *
     * @param available bytes that a plan may have on the device, for {@code auto}
     * @throws org.halftune.problem.InputError if one is neither
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
                    case MemoryBudget.Auto _ -> Figures.gigabytes(available) + " GB";
                    case MemoryBudget.Amount amount -> amount.text();
                },
                budget.bytesOf(available),
                false);
    }
}
