package org.halftune.cli;

import java.util.Optional;

/** {@code --device}: the device to compute on. */
sealed interface DeviceChoice {

    /** The first usable GPU, otherwise the CPU. */
    record Auto() implements DeviceChoice {}

    record Cpu() implements DeviceChoice {}

    /** @param index the driver's number of the GPU */
    record Cuda(int index) implements DeviceChoice {}

    /** {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:1}; empty for anything else. */
    static Optional<DeviceChoice> parse(String word) {
        return switch (word) {
            case "auto" -> Optional.of(new Auto());
            case "cpu" -> Optional.of(new Cpu());
            case "cuda" -> Optional.of(new Cuda(0));
            default ->
                word.matches("cuda:\\d{1,3}")
                        ? Optional.of(new Cuda(Integer.parseInt(word.substring("cuda:".length()))))
                        : Optional.empty();
        };
    }
}
