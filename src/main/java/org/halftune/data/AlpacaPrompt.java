package org.halftune.data;

/**
 * The prompt of Stanford Alpaca (Taori et al. 2023, github.com/tatsu-lab/stanford_alpaca), with and without an input.
 * The output starts after the line break that follows {@code ### Response:}, as in the {@code text} column of the
 * published data set.
 */
final class AlpacaPrompt {

    private AlpacaPrompt() {}

    static String of(Row.Instruction row) {
        return row.input().isEmpty() ? """
                Below is an instruction that describes a task. Write a response that appropriately completes the request.

                ### Instruction:
                %s

                ### Response:
                """.formatted(row.instruction()) : """
                Below is an instruction that describes a task, paired with an input that provides further context. \
                Write a response that appropriately completes the request.

                ### Instruction:
                %s

                ### Input:
                %s

                ### Response:
                """.formatted(row.instruction(), row.input());
    }
}
