"""Characters that common names are built from. A combination may happen to be someone's name; nobody is meant."""

from __future__ import annotations

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
_FIRST = "子宇浩欣雨梓思佳文晓志建国明春丽海玉秀桂"
_SECOND = "轩涵怡然杰婷豪悦宁伟芳敏静磊洋勇艳强娟涛"

SURNAMES = tuple(_SURNAMES)
# Earlier surnames are more common, roughly as one over rank.
SURNAME_WEIGHTS = tuple(10_000 // (rank + 8) for rank in range(len(SURNAMES)))
GIVEN = (*_SECOND, *(first + second for first in _FIRST for second in _SECOND))
GIVEN_COUNT = len(GIVEN)
