package org.thingward.bench;

import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** The reference for starting: Spring Boot with a web server and nothing of ours. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class BareSpring {
  /** Serves on the port given. */
  public static void main(String[] arguments) {
    var _ =
        new SpringApplicationBuilder(BareSpring.class)
            .properties(
                Map.of(
                    "server.port",
                    arguments[0],
                    "server.address",
                    "127.0.0.1",
                    "spring.main.banner-mode",
                    "off",
                    "spring.autoconfigure.exclude",
                    "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                        + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"))
            .run();
  }
}
