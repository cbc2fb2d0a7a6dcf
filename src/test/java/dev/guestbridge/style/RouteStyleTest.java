package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shipped routes follow the house's rules. */
class RouteStyleTest {

    // those of samples/ stand where an operator copies them to
    private static final Routes SHIPPED = Routes.read(Path.of("routes")).with(Routes.read(Path.of("samples")));

    @ParameterizedTest
    @EnumSource
    void shippedRoutesFollow(RouteRule rule) {
        assertThat(rule.brokenIn(SHIPPED)).isEmpty();
    }
}
