package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.verify.log.NoteAlgorithm;
import org.thingward.verify.log.VerifierKey;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the installation rests on, after devices with keys of several kinds enrolled. */
class CryptoInventoryTest {
  /** CycloneDX's own, out of its library. */
  private static final Schema OFFICIAL =
      SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_7,
              registry ->
                  registry.schemaIdResolvers(
                      ids -> ids.mapPrefix("http://cyclonedx.org/schema/", "classpath:")))
          .getSchema(SchemaLocation.of("http://cyclonedx.org/schema/bom-1.6.schema.json"));

  @TempDir private Path folder;

  @Test
  void every_key_certificate_and_algorithm_is_told_with_what_a_quantum_computer_does_to_it()
      throws Exception {
    String[] settings = {
      "--tpm-ca", maker().toString(), "--witness-policy", witnesses().toString()
    };
    try (RunningHouse house = new RunningHouse(folder, settings)) {
      house.enrol("device", "pump-1");
      house.enrol("device", "pump-2");
      house.enrol("service", "collector");
      house.enrolElsewhere("lattice-1", latticeRequest());
      demandSignedReleases(house);
      String text = inventory(house);
      JsonNode bom = JsonMapper.shared().readTree(text);
      assertThat(OFFICIAL.validate(text, InputFormat.JSON)).isEmpty();
      assertThat(OFFICIAL.validate(text.replace("key-agree", "key-guess"), InputFormat.JSON))
          .as("the official schema does refuse")
          .isNotEmpty();
      assertThat(bom.path("specVersion").asString()).isEqualTo("1.6");
      Map<String, Map<String, String>> assets = assets(bom);
      assertThat(assets.get("device certificates ECDSA P-256"))
          .containsEntry("signature", "ECDSA with SHA-256")
          .containsEntry("count", "2")
          .containsEntry("quantum", "forged");
      assertThat(assets.get("device certificates ML-DSA-65"))
          .as("its key withstands, the authority's signature on it does not")
          .containsEntry("quantum", "forged");
      assertThat(assets.get("service certificates ECDSA P-256")).containsEntry("count", "1");
      assertThat(assets.get("CN=Maker of TPMs RSA-2048"))
          .containsEntry("signature", "RSA with SHA-256")
          .containsEntry("quantum", "forged");
      assertThat(assets.get("witness.example/first Ed25519")).containsEntry("quantum", "forged");
      assertThat(assets.get("witness.example/second ML-DSA-44")).containsEntry("quantum", "none");
      assertThat(assets)
          .containsKeys(
              "root ECDSA P-256",
              "issuing-1 ECDSA P-256",
              "key-encryption-key AES-256-GCM",
              "release keys Ed25519",
              "log Ed25519");
      assertThat(assets.get("listener for operators X25519"))
          .containsEntry("quantum", "read-later");
      assertThat(algorithms(bom, "none")).contains("AES-256-GCM", "ML-DSA-44", "X25519MLKEM768");
      assertThat(algorithms(bom, "forged")).contains("ECDSA P-256", "Ed25519", "RSA with SHA-256");
      assertThat(algorithms(bom, "unknown")).isEmpty();
      eachAssetRestsOnAlgorithmsThatAreThere(bom);
      JsonNode line =
          JsonMapper.shared()
              .readTree(house.operator("GET", "/devices/lattice-1/certificates", "").text());
      assertThat(line.at("/items/0/key-algorithm").asString()).isEqualTo("ML-DSA-65");
      assertThat(line.at("/items/0/signature-algorithm").asString())
          .isEqualTo("ECDSA with SHA-256");
    }
  }

  private Path maker() throws Exception {
    Path maker = folder.resolve("maker.pem");
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "/dev/null",
                "-subj",
                "/CN=Maker of TPMs",
                "-out",
                maker.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(openssl.waitFor()).isZero();
    return maker;
  }

  /** Two witnesses whose keys are believed, and whom nobody asks. */
  private Path witnesses() throws Exception {
    String policy =
        "witness first %s\nwitness second %s\nquorum none\n"
            .formatted(
                witness("witness.example/first", NoteAlgorithm.ED25519_COSIGNATURE),
                witness("witness.example/second", NoteAlgorithm.ML_DSA_44));
    return Files.writeString(folder.resolve("witnesses"), policy);
  }

  private static VerifierKey witness(String name, NoteAlgorithm algorithm) throws Exception {
    byte[] spki =
        KeyPairGenerator.getInstance(algorithm.standardName())
            .generateKeyPair()
            .getPublic()
            .getEncoded();
    int length = algorithm.keyLength();
    byte[] raw = Arrays.copyOfRange(spki, spki.length - length, spki.length);
    return new VerifierKey(name, algorithm, raw);
  }

  private static byte[] latticeRequest() throws Exception {
    BouncyCastleProvider provider = new BouncyCastleProvider();
    KeyPair pair = KeyPairGenerator.getInstance("ML-DSA-65", provider).generateKeyPair();
    return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=x"), pair.getPublic())
        .build(
            new JcaContentSignerBuilder("ML-DSA-65").setProvider(provider).build(pair.getPrivate()))
        .getEncoded();
  }

  private static void demandSignedReleases(RunningHouse house) {
    String key =
        house.run(
            "bash",
            "-c",
            "openssl genpkey -algorithm ED25519 | openssl pkey -pubout -outform DER | base64 -w0");
    String policy = house.operator("GET", "/policy", "").text();
    String signing = policy + "products: {pump: {release-keys: [\"" + key + "\"]}}\n";
    assertThat(
            house
                .operator("PUT", "/policy?reason=its+maker+signs", "application/yaml", signing)
                .status())
        .isBetween(200, 299);
  }

  private static String inventory(RunningHouse house) {
    RunningHouse.Answer answer = house.operator("GET", "/crypto/inventory", "");
    assertThat(answer.status()).isEqualTo(200);
    return answer.text();
  }

  /** By name and algorithm. */
  private static Map<String, Map<String, String>> assets(JsonNode bom) {
    Map<String, Map<String, String>> assets = new HashMap<>();
    bom.path("components")
        .valueStream()
        .filter(each -> each.path("bom-ref").asString().startsWith("asset-"))
        .forEach(each -> {
          Map<String, String> properties = properties(each);
          assets.put(each.path("name").asString() + " " + properties.get("algorithm"), properties);
        });
    return assets;
  }

  private static List<String> algorithms(JsonNode bom, String quantum) {
    return bom.path("components")
        .valueStream()
        .filter(each -> each.path("bom-ref").asString().startsWith("algorithm/"))
        .filter(each -> quantum.equals(properties(each).get("quantum")))
        .map(each -> each.path("name").asString())
        .toList();
  }

  private static Map<String, String> properties(JsonNode component) {
    Map<String, String> found = new HashMap<>();
    component
        .path("properties")
        .valueStream()
        .forEach(each ->
            found.put(
                each.path("name").asString().replace("thingward:", ""),
                each.path("value").asString()));
    return found;
  }

  private static void eachAssetRestsOnAlgorithmsThatAreThere(JsonNode bom) {
    List<String> references =
        bom.path("components").valueStream().map(each -> each.path("bom-ref").asString()).toList();
    assertThat(references).doesNotHaveDuplicates();
    assertThat(bom.path("dependencies").valueStream())
        .hasSize((int) references.stream().filter(one -> one.startsWith("asset-")).count())
        .allSatisfy(each ->
            assertThat(each.path("dependsOn").valueStream().map(JsonNode::asString))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(references).contains(name)));
  }
}
