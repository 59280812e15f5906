package org.halftune.plan;

import java.util.Locale;

/** Formats the numbers of a forecast. */
final class ForecastFigures {
    private ForecastFigures() {}

    /** Decimal gigabytes, as on data sheets: {@code 12.35}. */
    static String gigabytes(long bytes) {
        double gigabytes = bytes * 1e-9;
        return decimals(gigabytes, gigabytes >= 99.95 ? 0 : gigabytes >= 9.995 ? 1 : gigabytes >= 0.1 ? 2 : 3);
    }

    /** 10¹² operations. */
    static String tera(double operations) {
        return operations == 0 ? "" : decimals(operations * 1e-12, operations >= 1e13 ? 1 : 2);
    }

    static String milliseconds(double seconds) {
        return decimals(seconds * 1e3, seconds >= 0.01 ? 1 : seconds >= 0.001 ? 2 : 3);
    }

    static String decimals(double value, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
