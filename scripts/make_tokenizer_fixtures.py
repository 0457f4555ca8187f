#!/usr/bin/env python3
"""Writes small tokenizers and what independent implementations make of texts with them.

Needs the PyPI packages tokenizers and sentencepiece. Usage: scripts/make_tokenizer_fixtures.py FOLDER
"""

import io
import json
import pathlib
import sys
import tempfile

import sentencepiece
import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

WORDS = (
    "red blue green shoe shoes shirt dress skirt running walking summer winter cotton silk price sale new old men's women's "
    "it's don't we'll 2024 2025 100 50% café naïve 裙子 连衣裙 夏季 新款 运动鞋 中华人民共和国 zapatos größe"
).split()

TEXTS = [
    "red running shoes",
    "  two  blanks  ",
    "It's the women's dress, 50% off!",
    "don't we'll they've I'm he'd",
    "夏季新款连衣裙",
    "裙子 new 2024",
    "café cafe\u0301 naïve",
    "\ttabs\nand lines\r\n",
    "emoji 👗👠 and ümlauts größe",
    "unknown ₿ signs ½ ① Ⅳ",
    "a",
    "",
    "   ",
    "<sep>red<sep><sep>shoe<mask>",
    "x" * 40,
    "ＡＢＣ１２３",
    "aBcDeF 12ab34",
    "\u00a0no-break\u3000wide",
]


def corpus():
    """Lines to train on, the same every time."""
    state = 1
    for _ in range(2000):
        line = []
        for _ in range(6):
            state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
            line.append(WORDS[(state >> 33) % len(WORDS)])
        yield " ".join(line)


def bpe(folder):
    """A byte-level BPE tokenizer with two added tokens."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    tokenizer.add_tokens(["<sep>", "<mask>"])
    (folder / "bpe.json").write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS]


def pieces(folder, name, rules, **options):
    """A SentencePiece model trained with `options`, normalizing by `rules` (from -> to, as code points)."""
    with tempfile.TemporaryDirectory() as temporary:
        table = pathlib.Path(temporary, "rules.tsv")
        table.write_text("".join(f"{source}\t{target}\n" for source, target in rules), encoding="utf-8")
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=corpus(), model_writer=model, minloglevel=2, normalization_rule_tsv=str(table), **options
        )
    (folder / name).write_bytes(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [processor.encode(text) for text in TEXTS]


def main():
    folder = pathlib.Path(sys.argv[1])
    wide = [(f"{0xFF01 + i:X}", f"{0x21 + i:X}") for i in range(94)]
    rules = wide + [("3000", "20"), ("A0", "20"), ("9", "20"), ("A", "20"), ("D", "20"), ("65 301", "E9"), ("BD", "31 2F 32")]
    result = {
        "texts": TEXTS,
        "bpe": bpe(folder),
        "unigram": pieces(folder, "unigram.model", rules, model_type="unigram", vocab_size=150, hard_vocab_limit=False),
        "unigram_bytes": pieces(
            folder, "unigram_bytes.model", rules, model_type="unigram", vocab_size=420, hard_vocab_limit=False, byte_fallback=True,
            user_defined_symbols=["<sep>"], add_dummy_prefix=False, remove_extra_whitespaces=False,
        ),
        "pieces_bpe": pieces(folder, "pieces_bpe.model", rules, model_type="bpe", vocab_size=160),
    }
    (folder / "tokens.json").write_text(json.dumps(result, ensure_ascii=True, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
